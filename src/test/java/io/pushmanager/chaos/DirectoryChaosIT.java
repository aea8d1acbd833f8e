package io.pushmanager.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pushmanager.it.Stage;
import io.pushmanager.ledger.Ledger;
import io.pushmanager.ledger.LedgerCheck;
import io.pushmanager.ledger.Push;
import io.pushmanager.testing.PushManagerProcess;
import io.pushmanager.testing.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestReporter;

/**
 * Pushes that a directory routes, and pushes by interest beside a directory that is hurt.
 *
 * <p>One cluster for all of them: m1 routes by interest, m2 asks the Controller c1, whose store is a Redis. Each case has clients and a
 * ledger of its own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DirectoryChaosIT {

    private static final Duration SOON = Duration.ofSeconds(40);
    private static final Duration VISIBILITY = Duration.ofSeconds(1);
    private static final Duration WINDOW = Scale.of(Duration.ofMillis(700), Duration.ofSeconds(6));
    private static final int TRIES = 5;

    private final Cluster cluster = new Cluster(2, 2);
    private final RedisServer redis = RedisServer.start();
    private final PushManagerProcess controller = PushManagerProcess.controller("c1", cluster.etcd.endpoint());
    private final PushManagerProcess byInterest = cluster.managers.get(0);
    private final PushManagerProcess routed = cluster.managers.get(1);

    @BeforeAll
    void start() {
        byInterest.env("PM_ROUTING_MODE", "interest");
        routed.env("PM_ROUTING_MODE", "routed")
                .env("PM_ROUTING_ROUTED_VISIBILITY", VISIBILITY.toMillis() + "ms")
                .env("PM_ROUTING_ROUTED_CACHE_TTL", "300ms");
        controller.env("PM_CONTROLLER_STORE", "redis").env("PM_CONTROLLER_REDIS_URL", redis.url());
        if (!Scale.FULL) {
            controller.env("PM_CONTROLLER_REDIS_TIMEOUT", "500ms").env("PM_CONTROLLER_HEARTBEAT_INTERVAL", "500ms");
        }
        cluster.add(controller);
        cluster.start();
    }

    @AfterAll
    void end() {
        cluster.close();
        redis.close();
    }

    @Test
    @DisplayName("routed")
    void whoHasBeenInForTheVisibilityIsNotMissedByADirectory(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Stage clients = clients()) {
            keep(clients);
            double questions = routed.metric("push_manager_route_lookups_total");
            Churn churn = Churn.begin(cluster, clients, List.of(routed), "routed", 250, 4);
            Cluster.pause(Scale.of(Duration.ofMillis(3_500), Duration.ofMinutes(1)));
            LedgerCheck check = churn.judge(figures);
            figures.note("questions", routed.metric("push_manager_route_lookups_total") - questions);
            figures.note("missing if every join counted", missingAtOnce(clients));
            Stage.assertExact(check);
            assertThat(churn.passingBy()).containsOnlyKeys(routed.name());
        }
    }

    private int missingAtOnce(Stage clients) {
        return LedgerCheck.of(clients.ledger().visibleAfter(routed.name(), Duration.ZERO))
                .violations()
                .size();
    }

    @Test
    @DisplayName("directory-hurt")
    void pushesByInterestDoNotNoticeThatControllerOrRedisIsGoneOrStandsStill(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Stage clients = clients()) {
            keep(clients);
            Churn churn = Churn.begin(cluster, clients, List.of(byInterest), "hurt", 200, 1);
            await("the manager is warm").atMost(SOON).until(() -> clients.answered() > 100);
            for (int round = 0; round < Scale.of(1, 3); round++) {
                compare(clients, figures, "Redis killed", redis::killHard, redis::restart);
                compare(clients, figures, "Redis frozen", redis::freeze, redis::thaw);
                compare(clients, figures, "Controller frozen", controller::freeze, controller::thaw);
                compare(clients, figures, "Controller killed", controller::killHard, this::startController);
                figures.note("told again after, ms", keep(clients));
            }
            Stage.assertExact(churn.judge(figures));
            figures.exactly("failed pushes by interest", failed(clients.ledger()), 0);
            assertThat(churn.passingBy()).containsKey(byInterest.name());
        }
    }

    /** As p99 of replies, calm and hurt next to each other: one of some tries must hold, for the machine is noisy. */
    private static void compare(Stage clients, Figures figures, String what, Runnable hurt, Runnable heal) {
        for (int tried = 1; ; tried++) {
            double calm = p99(clients);
            hurt.run();
            double hurting;
            try {
                hurting = p99(clients);
            } finally {
                heal.run();
            }
            double bound = Math.max(1.5 * calm, calm + 5);
            if (hurting <= bound || tried == TRIES) {
                figures.atMost("p99 of replies, " + what, hurting, bound, "ms");
                return;
            }
        }
    }

    private static double p99(Stage clients) {
        clients.pusher().call("recent", Map.of());
        Cluster.pause(WINDOW);
        JsonNode recent = clients.pusher().call("recent", Map.of());
        assertThat(recent.path("calls").asInt()).isPositive();
        assertThat(recent.path("failed").asInt()).isZero();
        return recent.path("p99_ms").asDouble();
    }

    private long failed(Ledger ledger) {
        long failed = 0;
        for (Push push : ledger.pushes()) {
            Push.Reply reply = push.reply();
            if (push.manager().equals(byInterest.name())
                    && (reply == null || reply.code() != 0 || reply.failed() > 0)) {
                failed++;
            }
        }
        return failed;
    }

    private void startController() {
        controller.start();
        controller.awaitReady(SOON);
    }

    /** Until the Controller knows where a socket is that stays, and that nobody else is in its room. */
    private String keep(Stage clients) {
        String name = "kept-" + Long.toString(System.nanoTime(), 36);
        clients.open(List.of(Stage.socket(name, cluster.victim(), "keeper", "kept")));
        return Figures.number(Cluster.timeUntil("the directory knows all", SOON, () -> {
            JsonNode reply = clients.push(routed.name(), Map.of("room", "kept"), "DELIVERED", body())
                    .path("reply");
            return reply.path("nodes_targeted").asInt() == 1
                    && reply.path("delivery").path("written").asInt() > 0;
        }));
    }

    private static String body() {
        return "kept-" + Long.toString(System.nanoTime(), 36);
    }

    private Stage clients() {
        Stage clients = new Stage(Scale.SEED);
        clients.pushThrough(byInterest, routed);
        clients.admit(ledger -> ledger.visibleAfter(routed.name(), VISIBILITY));
        return clients;
    }
}
