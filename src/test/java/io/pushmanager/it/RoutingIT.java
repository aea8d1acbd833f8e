package io.pushmanager.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pushmanager.testing.EtcdServer;
import io.pushmanager.testing.PushManagerProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which nodes a push goes to, counted at processes. */
class RoutingIT {

    private static final int PUSHES = 20;
    private static final Map<String, String> ROOM = Map.of("room", "r");

    @Test
    void byInterestAPushGoesToTheNodesOfItsRoomAndByBroadcastToAll() {
        try (EtcdServer etcd = EtcdServer.start();
                Stage stage = new Stage(5)) {
            PushManagerProcess interest = PushManagerProcess.manager("m1", etcd.endpoint());
            PushManagerProcess broadcast =
                    PushManagerProcess.manager("m2", etcd.endpoint()).env("PM_ROUTING_MODE", "broadcast");
            List<PushManagerProcess> nodes = List.of(
                    PushManagerProcess.node("n1", etcd.endpoint()),
                    PushManagerProcess.node("n2", etcd.endpoint()),
                    PushManagerProcess.node("n3", etcd.endpoint()));
            stage.start(interest, broadcast, nodes.get(0), nodes.get(1), nodes.get(2));
            stage.pushThrough(interest, broadcast);
            stage.open(List.of(Stage.socket("s1", nodes.get(1), "u1", "r")));
            await("all have told")
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> interest.metric("push_manager_interest_entries") == 2
                            && interest.metric("push_manager_interest_stale_nodes") == 0);

            assertThat(contacted(stage, interest)).isEqualTo(PUSHES);
            assertThat(contacted(stage, broadcast)).isEqualTo(3 * PUSHES);
            assertThat(push(stage, "m1", Map.of("room", "nobody's"), "to-none")
                            .path("nodes_targeted")
                            .asInt())
                    .isZero();
            assertThat(push(stage, "m1", Map.of("user", "u1"), "to-a-user")
                            .path("nodes_targeted")
                            .asInt())
                    .isEqualTo(1);

            // Who has been welcomed is not missed, whatever the manager knew a moment ago.
            for (int i = 2; i <= 20; i++) {
                stage.open(List.of(Stage.socket("s" + i, nodes.get(i % 3), "u" + i, "r", "r" + i)));
                JsonNode reply = push(stage, "m1", Map.of("room", "r" + i), "welcomed-" + i);
                assertThat(reply.path("delivery").path("written").asInt()).isEqualTo(1);
                assertThat(reply.path("nodes_targeted").asInt()).isEqualTo(1);
            }
            Stage.assertExact(stage.judge(20));
        }
    }

    private static double contacted(Stage stage, PushManagerProcess manager) {
        double before = manager.metric("push_manager_push_nodes_sum");
        for (int i = 0; i < PUSHES; i++) {
            JsonNode reply = push(stage, manager.name(), ROOM, manager.name() + "-" + i);
            assertThat(reply.path("delivery").path("written").asInt()).isEqualTo(1);
        }
        return manager.metric("push_manager_push_nodes_sum") - before;
    }

    private static JsonNode push(Stage stage, String manager, Map<String, ?> target, String body) {
        JsonNode answer = stage.push(manager, target, "DELIVERED", body);
        assertThat(answer.path("code").asInt()).as(answer.toString()).isZero();
        return answer.path("reply");
    }
}
