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
