package io.pushmanager.nodeclient;

import static io.pushmanager.nodeclient.NodeClientRig.impatient;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pushmanager.core.outcome.Outcome;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a node costs that accepts connections and then says nothing, or hangs up. */
@ExtendWith(VertxExtension.class)
class DeadNodeVerticleTest {

    private final List<Socket> accepted = new CopyOnWriteArrayList<>();
    private ServerSocket listener;
    private NodeClientRig rig;

    @BeforeEach
    void setUp(Vertx vertx) throws IOException {
        rig = new NodeClientRig(vertx);
        listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void tearDown() throws IOException {
        listener.close();
    }

    @Test
    @Tag("fault-12")
    void aNodeThatSaysNothingHasOneConnectionAttemptAtATimeWhateverIsPushedToIt() {
        acceptEach(socket -> {});
        rig.deploy(
                FakeNode.info("n1", "i", listener.getLocalPort(), false), impatient(10, 100, Duration.ofMillis(200)));

        for (int i = 0; i < 100; i++) {
            rig.offer("n1", i, "room-" + i);
        }

        await().atMost(Duration.ofSeconds(15))
                .until(() -> rig.reports("n1", Outcome.FAILED).size() == 100);
        await().until(() -> accepted.size() >= 3);
        // A connect attempt lasts 500 ms here: the former ones were closed, not left behind.
        assertThat(accepted.stream().filter(socket -> !isClosedByPeer(socket))).hasSizeLessThanOrEqualTo(1);
        assertThat(rig.linkStates).isEmpty();
    }

    @Test
    @Tag("fault-12")
    void aNodeThatHangsUpIsTriedFewTimes() {
        acceptEach(Socket::close);
        rig.deploy(
                FakeNode.info("n1", "i", listener.getLocalPort(), false), impatient(10, 100, Duration.ofMillis(500)));

        for (int i = 0; i < 100; i++) {
            rig.offer("n1", i, "room-" + i);
        }

        await().atMost(Duration.ofSeconds(15))
                .until(() -> rig.reports("n1", Outcome.FAILED).size() == 20);
        // In a second of trying, 5 ms doubling to 100 ms is 5 attempts and then one each 50 to 100 ms.
        assertThat(accepted.size()).isBetween(5, 45);
    }

    private interface Treatment {
        void of(Socket socket) throws IOException;
    }

    private void acceptEach(Treatment treatment) {
        Thread thread = new Thread(() -> {
            while (!listener.isClosed()) {
                try {
                    Socket socket = listener.accept();
                    accepted.add(socket);
                    treatment.of(socket);
                } catch (IOException closed) {
                    return;
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static boolean isClosedByPeer(Socket socket) {
        try {
            socket.setSoTimeout(50);
            byte[] preface = new byte[4096];
            int read = socket.getInputStream().read(preface);
            while (read >= 0) {
                read = socket.getInputStream().read(preface);
            }
            return true;
        } catch (java.net.SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }
}
