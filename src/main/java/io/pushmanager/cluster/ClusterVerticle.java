package io.pushmanager.cluster;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.JsonBus;
import io.pushmanager.core.canary.Canary;
import io.pushmanager.telemetry.Health;
import io.pushmanager.telemetry.Meters;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this process in the cluster: hears of nodes from its deployment on, joins when told to, looks every {@value #CANARY_MILLIS} ms whether it is reached, registers or
 * joins again when it is not, and leaves in order.
 *
 * <pre>
 *   join ──▶ listen on its bus ──▶ every 2 s: am I reached? ──no, twice──▶ register again ──5 times in vain──▶ leave, join
 *     ▲ failed: after a second, two, … ten                                                                       │
 *     └──────────────────────────────────────────────────────────────────────────────────────────────────────────┘
 * </pre>
 *
 * <p>Nothing waits for it: not the start, not readiness, not a push by gRPC. <b>Thread:</b> its event loop. <b>Failure:</b>
 * told by the gauge, the notice {@value #NOTICE} of health and the log, and tried again for ever.
 */
public final class ClusterVerticle extends VerticleBase {

    public static final String NOTICE = "cluster";

    private static final Logger log = LoggerFactory.getLogger(ClusterVerticle.class);
    private static final long CANARY_MILLIS = 2_000;
    private static final long QUESTION_MILLIS = 4_000;
    /** For the first list of etcd, which is to hold this process too. */
    private static final long REGISTRY_MILLIS = 3_000;

    private static final long LONGEST_PAUSE_MILLIS = 10_000;
    /** Until every sender has heard that an address is gone, and what it had sent before has arrived. */
    private static final long LINGER_MILLIS = 500;

    /** What a process does on the bus of its cluster. Any method may be called again after {@link #left}. */
    public interface Tenant {

        /** Registers what it answers; completes with the addresses once members know them. */
        Future<List<String>> joined(JsonBus bus);

        /** Members that it hears and that do not hear it. */
        Set<String> deafToUs();

        /** Says that it takes no more, so that senders turn to others. */
        void draining();

        /** Answers no more. */
        Future<Void> left();
    }

    private enum State {
        IDLE,
        WAITING,
        JOINING,
        JOINED,
        LEAVING
    }

    private final MemberSettings member;
    private final boolean looksInRegistry;
    private final Tenant tenant;
    private final Bus bus;
    private final Meters meters;
    private final Health health;
    private final MemberTable others;

    // event loop only
    private final NodeRelay nodes = new NodeRelay();
    private State state = State.IDLE;
    private Canary canary = new Canary();
    private @Nullable ClusterSeat seat;
    private long timer;
    private long pauseMillis = 1_000;
    private volatile int members;

    /**
     * @param port that was taken for the engine
     * @param looksInRegistry whether others are found at {@link Addresses#CLUSTER_MEMBERS}
     */
    public ClusterVerticle(
            ClusterConfig config,
            int port,
            String instanceId,
            boolean looksInRegistry,
            Tenant tenant,
            Bus bus,
            Meters meters,
            Health health) {
        this.member = config.settings().withPort(port);
        this.others = new MemberTable(config.members(), instanceId);
        this.looksInRegistry = looksInRegistry && config.members().isEmpty();
        this.tenant = tenant;
        this.bus = bus;
        this.meters = meters;
        this.health = health;
    }

    @Override
    public Future<?> start() {
        meters.gauge("push_manager_cluster_members", this, self -> self.members);
        health.notice(NOTICE, "joining");
        nodes.start(JsonBus.of(vertx));
        bus.consume(Addresses.CLUSTER_MEMBERS, seen -> {
            others.seen(seen);
            if (others.hasItself()) {
                join(); // the list that has this process has those before it
            }
        });
        return Future.succeededFuture();
    }

    /** Joins, once the registry has this process too. <b>Thread:</b> any. */
    public void begin() {
        context.runOnContext(onContext -> {
            if (state == State.IDLE) {
                state = State.WAITING;
                timer = vertx.setTimer(looksInRegistry ? REGISTRY_MILLIS : 1, late -> join());
            }
        });
    }

    private void join() {
        if (state != State.WAITING) {
            return;
        }
        state = State.JOINING;
        vertx.cancelTimer(timer);
        takeSeat().compose(this::settle).onComplete(done -> {
            if (state == State.LEAVING) {
                leaveSeat(); // asked to, meanwhile
            } else if (done.succeeded()) {
                state = State.JOINED;
                pauseMillis = 1_000;
                canary = new Canary();
                log.info("in the cluster {} as {}:{}", member.name(), member.reachedBy(), member.port());
                lookSoon();
            } else {
                log.warn(
                        "could not join the cluster {}: {}",
                        member.name(),
                        done.cause().toString());
                health.notice(NOTICE, "not joined: " + done.cause());
                leaveSeat().onComplete(left -> joinLater());
            }
        });
    }

    /** On a thread of its own: loading the engine takes long, and a Vert.x thread is no place to make another Vert.x. */
    private Future<ClusterSeat> takeSeat() {
        Promise<ClusterSeat> taken = Promise.promise();
        Thread thread = new Thread(
                () -> {
                    try {
                        ClusterSeat.take(member, others).onComplete(taken);
                    } catch (RuntimeException | LinkageError e) {
                        taken.tryFail(e);
                    }
                },
                "cluster-join");
        thread.setDaemon(true);
        thread.start();
        return here(taken.future());
    }

    /** What the seat and the tenant say comes on threads of others. */
    private <T> Future<T> here(Future<T> elsewhere) {
        Promise<T> back = Promise.promise();
        elsewhere.onComplete(done -> context.runOnContext(onContext -> back.handle(done)));
        return back.future();
    }

    private Future<Void> settle(ClusterSeat taken) {
        seat = taken;
        return here(tenant.joined(taken.bus()).compose(taken::remember)).onSuccess(known -> nodes.joined(taken.bus()));
    }

    private void joinLater() {
        if (state == State.LEAVING) {
            return;
        }
        state = State.WAITING;
        timer = vertx.setTimer(pauseMillis, due -> join());
        pauseMillis = Math.min(LONGEST_PAUSE_MILLIS, 2 * pauseMillis);
    }

    private void lookSoon() {
        timer = vertx.setTimer(CANARY_MILLIS, due -> look());
    }

    private void look() {
        ClusterSeat taken = seat;
        if (state != State.JOINED || taken == null) {
            return;
        }
        Set<String> deaf = tenant.deafToUs();
        Future<List<String>> missing = vertx.executeBlocking(taken::members)
                .onSuccess(count -> members = count)
                .compose(count -> taken.missing())
                .timeout(QUESTION_MILLIS, TimeUnit.MILLISECONDS);
        here(missing).onComplete(done -> {
            if (state == State.JOINED && seat == taken) {
                List<String> notFound = done.succeeded() ? done.result() : List.of();
                judge(taken, Sighting.of(taken.isRunning(), notFound, done.cause(), deaf));
            }
        });
    }

    private void judge(ClusterSeat taken, Sighting seen) {
        Canary.Advice advice = canary.see(seen.sight());
        health.notice(NOTICE, canary.isWell() ? "joined, members: " + members : "not reached, " + seen.what());
        switch (advice) {
            case NOTHING -> lookSoon();
            case REGISTER_AGAIN -> {
                log.warn("other members of the cluster do not reach this one ({}): registering again", seen.what());
                meters.clusterHealed("registered");
                here(taken.registerAgain().timeout(QUESTION_MILLIS, TimeUnit.MILLISECONDS))
                        .onComplete(done -> {
                            if (state == State.JOINED && seat == taken) {
                                lookSoon();
                            }
                        });
            }
            case JOIN_AGAIN -> {
                log.warn("other members of the cluster do not reach this one ({}): joining again", seen.what());
                meters.clusterHealed("joined");
                state = State.JOINING;
                members = 0;
                leaveSeat().onComplete(left -> joinLater());
            }
        }
    }

    private Future<Void> leaveSeat() {
        ClusterSeat taken = seat;
        seat = null;
        nodes.left();
        // Not one chain: the end of a Vert.x is not told on its own threads.
        return here(tenant.left().otherwiseEmpty())
                .compose(left -> taken == null ? Future.succeededFuture() : here(taken.leave()));
    }

    /**
     * Asks senders to turn to other members, and waits until what they had sent has arrived. Never fails. <b>Thread:</b> any.
     */
    public Future<Void> drain() {
        Promise<Void> drained = Promise.promise();
        context.runOnContext(onContext -> {
            State before = state;
            state = State.LEAVING;
            vertx.cancelTimer(timer);
            ClusterSeat taken = seat;
            if (before != State.JOINED || taken == null) {
                drained.complete();
                return;
            }
            tenant.draining();
            health.notice(NOTICE, "leaving");
            here(taken.withdraw()
                            .timeout(QUESTION_MILLIS, TimeUnit.MILLISECONDS)
                            .otherwiseEmpty())
                    .compose(withdrawn -> vertx.timer(LINGER_MILLIS, TimeUnit.MILLISECONDS))
                    .<Void>mapEmpty()
                    .onComplete(drained);
        });
        return drained.future();
    }

    /** Leaves the cluster. */
    @Override
    public Future<?> stop() {
        state = State.LEAVING;
        return leaveSeat();
    }
}
