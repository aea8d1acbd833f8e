package io.pushmanager.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.presence.Change;
import io.pushmanager.core.presence.NodeLoad;
import io.pushmanager.core.presence.Totals;
import io.pushmanager.testing.RedisServer;
import io.pushmanager.wire.grpc.PushErrorException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The store that several Controllers share. */
class RedisPresenceStoreProcessTest extends PresenceStoreSuite {

    private static RedisServer redis;
    private static int stores;

    @BeforeAll
    static void startRedis() {
        redis = RedisServer.start();
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @Override
    PresenceStore emptyStore() {
        stores++;
        return another();
    }

    /** With the data of the last empty one. */
    private PresenceStore another() {
        RedisConfig config = new RedisConfig(redis.url(), "", "test-" + stores + ":", Duration.ofSeconds(5));
        return new RedisPresenceStore(new RedisLine(vertx, config, CLOCKS), CLOCKS);
    }

    @Override
    int seeds() {
        return 4;
    }

    @Test
    void controllersThatShareItSeeTheSameAndTakeANodeOfflineOnce() {
        PresenceStore one = opened();
        PresenceStore two = another();
        on(two::open);
        assertThat(one.id()).isNotEmpty().isEqualTo(two.id());
        on(() -> one.register(NODE, NodeLoad.NONE));
        on(() -> one.apply(NODE.key(), snapshot(1, in("a", "r"), in("b", "r"))));

        assertThat(on(() -> two.room("r", "", 10)).total()).isEqualTo(2);
        Change first = on(() -> one.remove(NODE.key(), Duration.ZERO));
        assertThat(first.plus(on(() -> two.remove(NODE.key(), Duration.ZERO)))).isEqualTo(new Change(0, 2));
    }

    @Test
    void whatAnOlderStreamStillHadUnderWayThroughAnotherControllerIsRefused() {
        PresenceStore frozen = opened();
        PresenceStore other = another();
        on(other::open);
        on(() -> frozen.register(NODE, NodeLoad.NONE));
        on(() -> frozen.apply(NODE.key(), snapshot(1, in("a"))));
        on(() -> other.apply(NODE.key(), snapshot(2, in("a"), in("b"))));

        assertThat(on(() -> frozen.apply(NODE.key(), snapshot(1))).accepted()).isFalse();
        assertThat(on(other::totals)).isEqualTo(new Totals(0, 2));
    }

    @Test
    void whatIsKeptOutlivesTheController() {
        PresenceStore before = opened();
        on(() -> before.register(NODE, NodeLoad.NONE));
        on(() -> before.apply(NODE.key(), snapshot(1, in("a", "r"))));
        on(before::close);
        PresenceStore after = another();
        on(after::open);

        assertThat(on(() -> after.user("a"))).hasSize(1);
    }

    @Test
    void whileRedisIsAwayCallsAreRefusedAtOnceWithAHintAndThenServedAgain() {
        PresenceStore store = opened();
        on(store::totals);
        redis.killHard();
        await().untilAsserted(() -> assertThat(failureOf(store)).isEqualTo(ErrorCode.UNAVAILABLE));
        redis.restart();

        await().atMost(Duration.ofSeconds(10)).until(() -> failureOf(store) == null);
    }

    @Test
    void aRedisThatStandsStillIsAnErrorInTimeAndServesAgainWithAllItHad() {
        stores++;
        PresenceStore store = withTimeout(Duration.ofMillis(200));
        on(store::open);
        on(() -> store.register(NODE, NodeLoad.NONE));
        on(() -> store.apply(NODE.key(), snapshot(1, in("a", "r"))));
        redis.freeze();
        try {
            long asked = System.nanoTime();
            assertThat(failureOf(store)).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(Duration.ofNanos(System.nanoTime() - asked))
                    .isBetween(Duration.ofMillis(150), Duration.ofSeconds(2));
            asked = System.nanoTime();
            assertThat(failureOf(store)).as("and nothing waits for it again").isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofMillis(150));
        } finally {
            redis.thaw();
        }

        await().atMost(Duration.ofSeconds(10)).until(() -> failureOf(store) == null);
        assertThat(on(() -> store.user("a"))).hasSize(1);
        assertThat(redis.connections()).isEqualTo(1);
        on(store::close);
    }

    @Test
    void aRedisThatStoodStillThroughManyAttemptsIsFoundAgain() {
        stores++;
        PresenceStore store = withTimeout(Duration.ofMillis(50));
        redis.freeze();
        try {
            on(store::open);
            await().pollDelay(Duration.ofMillis(800)).until(() -> failureOf(store) == ErrorCode.UNAVAILABLE);
        } finally {
            redis.thaw();
        }

        await().atMost(Duration.ofSeconds(10)).until(() -> failureOf(store) == null);
        await("the attempts given up are gone").until(() -> redis.connections() == 1);
        on(store::close);
    }

    private PresenceStore withTimeout(Duration timeout) {
        RedisConfig config = new RedisConfig(redis.url(), "", "test-" + stores + ":", timeout);
        return new RedisPresenceStore(new RedisLine(vertx, config, CLOCKS, 10), CLOCKS);
    }

    private ErrorCode failureOf(PresenceStore store) {
        Throwable failure =
                on(() -> store.totals().transform(done -> io.vertx.core.Future.succeededFuture(done.cause())));
        if (failure == null) {
            return null;
        }
        PushErrorException known = (PushErrorException) failure;
        assertThat(known.error().retryAfterMillis()).isPositive();
        return known.error().code();
    }
}
