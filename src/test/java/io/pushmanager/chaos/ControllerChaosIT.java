package io.pushmanager.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pushmanager.testing.PushManagerProcess;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Controllers hurt while managers in routed mode ask them. */
class ControllerChaosIT {

    private static final int ROOMS = 10;

    @Test
    @DisplayName("controller-hurt")
    @Tag("fault-16")
    @Tag("chaos-full")
    void oneOfTwoControllersFrozenThenTheOtherKilledCostsNoPush(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = new Cluster(2, 3)) {
            PushManagerProcess c1 = PushManagerProcess.controller("c1", cluster.etcd.endpoint());
            PushManagerProcess c2 = PushManagerProcess.controller("c2", cluster.etcd.endpoint());
            cluster.stage.start(c1, c2);
            cluster.managers.forEach(manager -> manager.env("PM_ROUTING_MODE", "routed"));
            cluster.startWithRooms(ROOMS);
            Cluster.pause(Duration.ofSeconds(2)); // older joins than these are promised
            CompletableFuture<JsonNode> load = cluster.load(ROOMS, Scale.of(250, 500), 200, "DELIVERED");

            cluster.awaitAnswered(200);
            c1.freeze();
            cluster.awaitAnswered(800);
            c1.thaw();
            cluster.awaitAnswered(600);
            c2.killHard();
            cluster.awaitAnswered(400);

            JsonNode counts = cluster.stage.finish(load);
            figures.note("codes", counts.path("codes"));
            assertThat(counts.path("codes").size()).as(counts.toString()).isEqualTo(1);
            assertThat(counts.path("codes").has("0")).as(counts.toString()).isTrue();
            figures.note("questions of m1", cluster.manager().metric("push_manager_route_lookups_total"));
            cluster.judge(figures, 3 * ROOMS);
        }
    }
}
