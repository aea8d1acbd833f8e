package io.pushmanager.connect.inbox;

import static io.pushmanager.wire.grpc.GrpcProbe.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pushmanager.connect.hub.HubAnswer;
import io.pushmanager.connect.hub.HubPush;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Health;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.Tracing;
import io.pushmanager.wire.grpc.GrpcProbe;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** An inbox whose hub is the test. */
final class LinkRig implements AutoCloseable {

    static final InterestConfig INTEREST = new InterestConfig(true, 1_000, Duration.ofSeconds(10));
    static final LinkConfig CONFIG = new LinkConfig(true, 100, 64 * 1024, Duration.ofSeconds(60), INTEREST);

    final Vertx vertx = Vertx.vertx();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final List<List<HubPush>> batches = new CopyOnWriteArrayList<>();
    final List<Promise<List<HubAnswer>>> held = new CopyOnWriteArrayList<>();
    final List<String> managers = new CopyOnWriteArrayList<>();
    final AtomicLong skipNanos = new AtomicLong();
    final InboxVerticle inbox;
    final GrpcProbe probe;
    private final GrpcProbe elsewhere; // a client that nobody holds closes itself
    final String deployment;
    volatile boolean hold;
    private volatile Context inboxContext; // of the last batch; there is one inbox and so one context
    volatile HubAnswer answer = new HubAnswer.Delivered(new DeliveryCounts(3, 3, 0, 0, 0, 0, 0));

    LinkRig() {
        this(CONFIG, Tracing.off());
    }

    LinkRig(LinkConfig config, Tracing tracing) {
        AtomicInteger taken = new AtomicInteger();
        inbox = new InboxVerticle(
                new InboxConfig("127.0.0.1", 0, 10_000, config),
                new InboxIdentity("instance-1", () -> "node-1"),
                this::deliver,
                managers::add,
                new Clocks(() -> System.nanoTime() + skipNanos.get(), System::currentTimeMillis),
                new Meters(registry),
                new Health(),
                tracing,
                taken::set);
        deployment = await(vertx.deployVerticle(inbox));
        probe = new GrpcProbe(vertx, taken.get());
        elsewhere = new GrpcProbe(vertx, taken.get());
    }

    private Future<List<HubAnswer>> deliver(List<HubPush> pushes) {
        inboxContext = Vertx.currentContext();
        batches.add(pushes);
        Promise<List<HubAnswer>> promise = Promise.promise();
        if (hold) {
            held.add(promise);
        } else {
            promise.complete(answers(pushes.size()));
        }
        return promise.future();
    }

    List<HubAnswer> answers(int count) {
        return Collections.nCopies(count, answer);
    }

    /** The hub is done with the batches, in one turn of the inbox's event loop, where the real one would answer too. */
    void release(int... done) {
        inboxContext.runOnContext(now -> {
            for (int batch : done) {
                held.get(batch).complete(answers(batches.get(batch).size()));
            }
        });
    }

    /** Of an answer that was to come later, where the real hub would give it. */
    <T> void complete(Promise<T> promise, T value) {
        inboxContext.runOnContext(now -> promise.complete(value));
    }

    RawManager manager() {
        return new RawManager(probe);
    }

    /** Over a connection of its own. */
    RawManager linkedElsewhere() {
        RawManager manager = new RawManager(elsewhere).hello();
        manager.welcome();
        return manager;
    }

    /** One that has been welcomed. */
    RawManager linked() {
        RawManager manager = manager().hello();
        manager.welcome();
        return manager;
    }

    List<String> delivered() {
        return batches.stream()
                .flatMap(List::stream)
                .map(push -> push.content().data())
                .toList();
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
