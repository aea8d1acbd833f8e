package io.pushmanager.nodeclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pushmanager.core.time.Clocks;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The clock moves by what sending takes and by nothing else: a loop that has nothing else to do. */
class LoopPaceVerticleTest {

    private static final long SEND_NANOS = 1_000_000;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final AtomicLong now = new AtomicLong();
    private final Clocks clocks = new Clocks(now::get, () -> 0);

    @AfterEach
    void tearDown() throws Exception {
        get(vertx.close());
    }

    @Test
    void quietLoopSendsAtOnce() throws Exception {
        Link link = deploy(pacesOf(Duration.ofSeconds(60)));

        assertThat(link.<Integer>on(() -> {
                    link.turn.ask();
                    return link.sent.get();
                }))
                .isEqualTo(1);
    }

    @Test
    void busyLoopSendsOnceForAllThatWasAskedMeanwhile() throws Exception {
        LoopPaces paces = pacesOf(Duration.ofMillis(20));
        Link one = deploy(paces);
        Link other = deploy(paces);
        one.makeBusy();

        int before = one.on(() -> {
            int sent = one.sent.get();
            for (int i = 0; i < 5; i++) {
                one.turn.ask();
                other.turn.ask();
            }
            assertThat(one.sent.get()).isEqualTo(sent);
            assertThat(other.sent.get()).isZero();
            return sent;
        });

        await().untilAsserted(() -> assertThat(other.sent.get()).isEqualTo(1));
        assertThat(one.sent.get()).isEqualTo(before + 1);
        assertThat(other.sentIn).isSameAs(other.own);
    }

    @Test
    void sendsWithoutRegardToThePaceWhenTold() throws Exception {
        Link link = deploy(pacesOf(Duration.ofSeconds(60)));
        link.makeBusy();

        assertThat(link.<Integer>on(() -> {
                    int before = link.sent.get();
                    link.turn.ask();
                    link.turn.now();
                    return link.sent.get() - before;
                }))
                .isEqualTo(1);
    }

    @Test
    void withoutAHoldABusyLoopSendsAtOnce() throws Exception {
        Link link = deploy(pacesOf(Duration.ZERO));
        link.makeBusy();

        assertThat(link.<Integer>on(() -> {
                    int before = link.sent.get();
                    link.turn.ask();
                    return link.sent.get() - before;
                }))
                .isEqualTo(1);
    }

    @Test
    void linkThatLeavesTakesNobodysTimerAlong() throws Exception {
        LoopPaces paces = pacesOf(Duration.ofSeconds(60));
        Link leaving = deploy(paces);
        Link staying = deploy(paces);
        leaving.makeBusy();

        int before = leaving.on(() -> {
            leaving.turn.ask(); // its verticle has the timer
            staying.turn.ask();
            leaving.turn.leave();
            return leaving.sent.get();
        });
        get(vertx.undeploy(leaving.id));

        await().untilAsserted(() -> assertThat(staying.sent.get()).isEqualTo(1));
        assertThat(leaving.sent.get()).isEqualTo(before);
    }

    private LoopPaces pacesOf(Duration maxHold) {
        return new LoopPaces(clocks, new LinkConfig.Hold(maxHold, 2, 12));
    }

    private Link deploy(LoopPaces paces) throws Exception {
        Link link = new Link(paces);
        link.id = get(vertx.deployVerticle(link));
        return link;
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    /** A verticle with a link of which only the turn is there. */
    private final class Link extends VerticleBase {

        private final LoopPaces paces;
        private final AtomicInteger sent = new AtomicInteger();
        private volatile Context sentIn;
        private Context own;
        private String id;
        private LoopPace.Turn turn;

        Link(LoopPaces paces) {
            this.paces = paces;
        }

        @Override
        public Future<?> start() {
            own = context;
            turn = paces.ofThisLoop(vertx).turn(() -> {
                sentIn = Vertx.currentContext();
                sent.incrementAndGet();
                now.addAndGet(SEND_NANOS);
            });
            return Future.succeededFuture();
        }

        void makeBusy() throws Exception {
            on(() -> {
                for (int i = 0; i < 100; i++) {
                    turn.now();
                }
                return null;
            });
        }

        <T> T on(Supplier<T> task) throws Exception {
            return get(Future.future(done -> own.runOnContext(tick -> {
                try {
                    done.complete(task.get());
                } catch (AssertionError e) {
                    done.fail(e);
                }
            })));
        }
    }
}
