package io.pushmanager.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.pushmanager.core.message.Target;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
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
    private static final int MAX_BYTES = 8;
    private static final int WARM_ROUNDS = 3;
    /** What is left of the compilers' work is gone in a later round; what a delivery allocates is there in each. */
    private static final int MAX_ROUNDS = 12;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    @EnabledOnOs(OS.LINUX)
    void deliveryAllocatesNextToNothing() throws IOException {
        Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        List<RawWebSocket> clients = new ArrayList<>();
        try {
            TestNode node = TestNode.start(vertx, "node.event-loops", "1", "node.sockets-per-user", "1000");
            for (int i = 0; i < MANY; i++) {
                clients.add(node.open("?user_id=u&room_id=many" + (i < FEW ? "&room_id=few" : "")));
            }
            for (int round = 0; round < WARM_ROUNDS; round++) { // first uses and code that is not compiled allocate
                pushAndRead(node, "few", clients.subList(0, FEW));
                pushAndRead(node, "many", clients);
            }

            long few = Long.MAX_VALUE;
            long many = Long.MAX_VALUE;
            for (int round = 0; round == 0 || round < MAX_ROUNDS && perDelivery(few, many) >= MAX_BYTES; round++) {
                few = Math.min(few, pushAndRead(node, "few", clients.subList(0, FEW)));
                many = Math.min(many, pushAndRead(node, "many", clients));
            }
            assertThat(perDelivery(few, many))
                    .as("bytes a delivery, of %d and %d bytes in all", few, many)
                    .isLessThan(MAX_BYTES);
        } finally {
            clients.forEach(RawWebSocket::close);
            TestNode.await(vertx.close());
        }
    }

    private static double perDelivery(long few, long many) {
        return (many - few) / (double) (PUSHES * (MANY - FEW));
    }

    /** What all event loops allocate while they push. */
    private long pushAndRead(TestNode node, String room, List<RawWebSocket> clients) throws IOException {
        long before = allocatedByLoops();
        for (int i = 0; i < PUSHES; i++) {
            assertThat(node.push("", Target.room(room), "some text").written()).isEqualTo(clients.size());
        }
        long allocated = allocatedByLoops() - before;
        for (RawWebSocket client : clients) {
            for (int i = 0; i < PUSHES; i++) {
                assertThat(client.read().opcode()).isEqualTo(1);
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
