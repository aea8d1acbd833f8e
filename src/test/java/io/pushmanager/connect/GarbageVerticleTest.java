package io.pushmanager.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.pushmanager.core.message.Target;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What an event loop allocates grows with the pushes, not with the sockets that get them. */
class GarbageVerticleTest {

    private static final int PUSHES = 100;
    private static final int FEW = 10;
    private static final int MANY = 110;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    @EnabledOnOs(OS.LINUX)
    void deliveryAllocatesNextToNothing() {
        Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        List<RawWebSocket> clients = new ArrayList<>();
        try {
            TestNode node = TestNode.start(vertx, "node.event-loops", "1", "node.sockets-per-user", "1000");
            for (int i = 0; i < MANY; i++) {
                clients.add(node.open("?user_id=u&room_id=many" + (i < FEW ? "&room_id=few" : "")));
            }
            pushAndRead(node, "few", clients.subList(0, FEW)); // first uses allocate
            pushAndRead(node, "many", clients);

            long few = pushAndRead(node, "few", clients.subList(0, FEW));
            long many = pushAndRead(node, "many", clients);
            assertThat((many - few) / (double) (PUSHES * (MANY - FEW)))
                    .as("bytes a delivery, of %d and %d bytes in all", few, many)
                    .isLessThan(8);
        } finally {
            clients.forEach(RawWebSocket::close);
            TestNode.await(vertx.close());
        }
    }

    /** What all event loops allocate while they push. */
    private long pushAndRead(TestNode node, String room, List<RawWebSocket> clients) {
        long before = allocatedByLoops();
        for (int i = 0; i < PUSHES; i++) {
            assertThat(node.push("", Target.room(room), "some text").written()).isEqualTo(clients.size());
        }
        long allocated = allocatedByLoops() - before;
        for (RawWebSocket client : clients) {
            for (int i = 0; i < PUSHES; i++) {
                client.readJson();
            }
        }
        return allocated;
    }

    private long allocatedByLoops() {
        long[] loops = Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().startsWith("vert.x-eventloop"))
                .mapToLong(thread -> thread.getThreadId())
                .toArray();
        return LongStream.of(threads.getThreadAllocatedBytes(loops)).sum();
    }
}
