package io.pushmanager.it;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.pushmanager.testing.PushManagerProcess;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What an orchestrator relies on: the first 200 of {@code /health/ready} means that every port takes connections. */
class ReadinessIT {

    @Test
    void isNotGivenBeforeEveryPortListens() {
        try (PushManagerProcess product = PushManagerProcess.all("readiness")) {
            product.start();
            await("ready")
                    .atMost(Stage.READY)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(product::isReady);
            int[] ports = {
                product.grpcPort(), product.nodeGrpcPort(), product.controllerGrpcPort(), product.httpPort(),
            };
            for (int port : ports) {
                assertThatCode(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                        .as("port %d of %s", port, Arrays.toString(ports))
                        .doesNotThrowAnyException();
            }
        }
    }
}
