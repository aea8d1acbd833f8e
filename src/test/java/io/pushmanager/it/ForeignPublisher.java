package io.pushmanager.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pushmanager.cluster.MemberSettings;
import io.pushmanager.cluster.PushCluster;
import io.pushmanager.config.HostPort;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.ledger.Ledger;
import io.pushmanager.publisher.Push;
import io.pushmanager.publisher.PushFailure;
import io.pushmanager.publisher.PushOptions;
import io.pushmanager.publisher.PushPublisher;
import io.pushmanager.testing.EtcdServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An application in another JVM than the managers', this one, that pushes over the bus they share.
 *
 * <p>Names each push by its body, so that it can be repeated. Use it from the test's own thread.
 */
public final class ForeignPublisher implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Vertx vertx;
    private final PushPublisher publisher;
    private final BusRecord record = new BusRecord();
    private final Semaphore window;
    private final AtomicInteger batches = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger repeated = new AtomicInteger();
    private final AtomicLong longestNanos = new AtomicLong();
    private final Map<String, Integer> codes = new ConcurrentHashMap<>();

    private ForeignPublisher(Vertx vertx, int window) {
        this.vertx = vertx;
        this.publisher = PushPublisher.create(vertx);
        this.window = new Semaphore(window);
    }

    /** Joins the members that etcd knows, and waits until it hears so many managers. */
    public static ForeignPublisher join(EtcdServer etcd, int managers, int window) {
        return join(etcd, managers, window, MemberSettings.local());
    }

    /** As above, as another member than usual. */
    public static ForeignPublisher join(EtcdServer etcd, int managers, int window, MemberSettings self) {
        Vertx vertx = get(PushCluster.join(new VertxOptions(), self, membersIn(etcd)));
        ForeignPublisher created = new ForeignPublisher(vertx, window);
        await("managers heard")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> created.publisher.managers() == managers);
        return created;
    }

    static List<HostPort> membersIn(EtcdServer etcd) {
        List<HostPort> members = new ArrayList<>();
        etcd.list("/services/push-manager/").values().forEach(value -> {
            String address = new JsonObject(value).getJsonObject("Metadata").getString("cluster_address", "");
            HostPort.parse(address).ifPresent(members::add);
        });
        return members;
    }

    public Vertx vertx() {
        return vertx;
    }

    public PushPublisher publisher() {
        return publisher;
    }

    /** Pushes {@code prefix-0}, {@code prefix-1}, … to a room, as many at a time as the window lets; does not wait for answers. */
    public void push(String room, String prefix, int from, int until, AckLevel ack, boolean repeat) {
        for (int i = from; i < until; i++) {
            window.acquireUninterruptibly();
            push(room, prefix + "-" + i, ack, repeat ? 5 : 0);
        }
    }

    private void push(String room, String body, AckLevel ack, int repeats) {
        long begun = System.nanoTime();
        PushOptions options =
                PushOptions.defaults().withMessageId(body).withAck(ack).withTimeout(Duration.ofSeconds(30));
        Push push = Push.toRoom(room, Content.text(body)).with(options);
        String call = record.called(push, null, 0);
        publisher.push(push).onComplete(done -> {
            long took = System.nanoTime() - begun;
            longestNanos.accumulateAndGet(took, Math::max);
            if (done.succeeded()) {
                record.answered(call, done.result());
                codes.merge("OK", 1, Integer::sum);
            } else {
                ErrorCode code = ((PushFailure) done.cause()).code();
                record.failed(call, code);
                codes.merge(code.name(), 1, Integer::sum);
            }
            if (done.failed() && repeats > 0) {
                repeated.incrementAndGet();
                vertx.setTimer(200, later -> push(room, body, ack, repeats - 1));
                return;
            }
            answered.incrementAndGet();
            window.release();
        });
    }

    /** Many in few messages; returns their answers. */
    public List<PushAnswer> all(List<Push> pushes) {
        String batch = "batch-" + batches.incrementAndGet();
        List<String> calls = new ArrayList<>();
        for (Push push : pushes) {
            calls.add(record.called(push, batch, calls.size()));
        }
        List<PushAnswer> answers = get(publisher.all(pushes));
        for (int i = 0; i < answers.size(); i++) {
            record.answered(calls.get(i), answers.get(i));
        }
        return answers;
    }

    /** Adds its calls and their answers so far. */
    public Ledger tell(Ledger ledger) {
        return record.tell(ledger);
    }

    public void awaitAnswered(int count, Duration limit) {
        await(count + " answers")
                .atMost(limit)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> answered.get() >= count);
    }

    /** How the requests ended, repeated ones each time. */
    public Map<String, Integer> codes() {
        return new TreeMap<>(codes);
    }

    public int answered() {
        return answered.get();
    }

    public int repeated() {
        return repeated.get();
    }

    public double longestSeconds() {
        return longestNanos.get() / 1e9;
    }

    public static <T> T get(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Within a fifth of an equal share each. */
    public static void assertSpread(List<Double> handled) {
        double mean =
                handled.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        assertThat(handled).as("spread").allMatch(count -> Math.abs(count - mean) <= 0.2 * mean);
    }

    @Override
    public void close() {
        get(publisher.close());
        get(vertx.close());
    }
}
