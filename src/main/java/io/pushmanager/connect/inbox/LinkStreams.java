package io.pushmanager.connect.inbox;

import io.pushmanager.core.link.LinkSessions;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.LinkDrain;
import io.pushmanager.proto.pubsub.LinkHello;
import io.pushmanager.proto.pubsub.LinkWelcome;
import io.pushmanager.proto.pubsub.NodeFrame;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.wire.PushRequests;
import io.pushmanager.wire.Violations;
import io.pushmanager.wire.grpc.GrpcCall;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Every {@code link.v1} stream of a node, and the sessions that outlive them.
 *
 * <p><b>Bound:</b> {@value #MAX_SESSIONS} sessions, each bounded by its window; a stream that says nothing is ended. <b>Thread:</b>
 * confined to the inbox's event loop, but for the two figures that metrics read. <b>Source:</b> docs/decisions/0008-link-v1.md
 */
final class LinkStreams {

    static final int MAX_SESSIONS = 1_000;

    private static final int VERSION = 1;
    private static final long SWEEP_MILLIS = 1_000;
    private static final long HELLO_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** Managers probe all the time; one that has been frozen for less than this goes on where it was. */
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final LinkConfig config;
    private final InboxIdentity identity;
    private final LinkBatches batches;
    private final LinkInterests interests;
    private final Clocks clocks;
    private final Context context;
    private final LinkSessions<LinkSession> sessions;
    private final Set<LinkStream> open = new HashSet<>();
    private @Nullable LinkDrain drain;
    private @Nullable Promise<Void> stopping;

    // read by metrics, on any thread
    private volatile int sessionCount;
    private volatile long clockErrorNanos;

    LinkStreams(
            LinkConfig config,
            InboxIdentity identity,
            LinkBatches batches,
            LinkInterests interests,
            Clocks clocks,
            Meters meters,
            Vertx vertx,
            Context context) {
        this.config = config;
        this.identity = identity;
        this.batches = batches;
        this.interests = interests;
        this.clocks = clocks;
        this.context = context;
        this.sessions = new LinkSessions<>(MAX_SESSIONS, config.keepSession().toNanos());
        meters.gauge("connect_node_link_sessions", this, streams -> streams.sessionCount);
        meters.gauge("connect_node_link_clock_error_seconds", this, streams -> streams.clockErrorNanos / 1e9);
        vertx.setPeriodic(SWEEP_MILLIS, sweep -> sweep());
    }

    void accept(GrpcCall<LinkFrame, NodeFrame> call) {
        LinkStream stream = new LinkStream(call, this, batches, interests, clocks, context);
        open.add(stream);
        stream.begin();
    }

    /** What is wrong with a hello, or null. */
    @Nullable
    PushError refusal(LinkHello hello) {
        if (stopping != null) {
            return PushError.of(ErrorCode.UNAVAILABLE, "STOPPING", "this node is stopping");
        }
        if (!hello.getNodeInstanceId().equals(identity.instanceId())) {
            return identity.otherInstance("hello.node_instance_id");
        }
        Violations violations = new Violations();
        if (hello.getVersion() == 0) {
            violations.add("hello.version", "must be 1 or higher");
        }
        violations.requireId("hello.manager_instance_id", hello.getManagerInstanceId());
        violations.checkOptionalId("hello.manager_id", hello.getManagerId());
        return violations.toError();
    }

    /** The session that the hello asks for, or a new one, with this as its only stream. Null when there are too many. */
    @Nullable
    LinkSession attach(LinkStream stream, LinkHello hello) {
        LinkSession session = sessions.attach(hello.getSession(), hello.getManagerInstanceId());
        if (session == null) {
            session = new LinkSession(PushRequests.newMessageId(), config, interests.newLink());
            if (!sessions.add(session.name(), hello.getManagerInstanceId(), session)) {
                return null;
            }
        }
        LinkStream older = session.stream();
        session.setStream(stream);
        if (older != null) {
            older.supersede();
        }
        sessionCount = sessions.size();
        return session;
    }

    boolean wantsInterest(LinkHello hello) {
        return interests.isOn() && hello.getFeaturesList().contains(LinkInterests.FEATURE);
    }

    LinkWelcome welcome(LinkHello hello, LinkSession session) {
        return LinkWelcome.newBuilder()
                .addAllFeatures(wantsInterest(hello) ? List.of(LinkInterests.FEATURE) : List.of())
                .setVersion(Math.min(VERSION, hello.getVersion()))
                .setNodeId(identity.nodeId())
                .setNodeInstanceId(identity.instanceId())
                .setSession(session.name())
                .setReceivedThrough(session.pushes().receivedThrough())
                .setWindowPushes(config.windowPushes())
                .setWindowBytes(config.windowBytes())
                .build();
    }

    /** The node leaves: every manager is told, those that come later too. */
    void drain(Duration grace) {
        LinkDrain told = LinkDrain.newBuilder()
                .setGraceMillis((int) Math.min(grace.toMillis(), Integer.MAX_VALUE))
                .build();
        drain = told;
        List.copyOf(open).forEach(stream -> stream.drain(told));
    }

    /** Null unless the node leaves. */
    @Nullable
    LinkDrain drain() {
        return drain;
    }

    /** Completes when every batch is acknowledged, as far as a stream is there, and every call has ended. */
    Future<Void> stop() {
        Promise<Void> stopped = Promise.promise();
        stopping = stopped;
        endIfQuiet();
        return stopped.future();
    }

    /** Something was acknowledged. */
    void settled() {
        if (stopping != null) {
            endIfQuiet();
        }
    }

    private void endIfQuiet() {
        if (sessions.all().stream().allMatch(session -> session.stream() == null || session.isQuiet())) {
            endAll();
        }
    }

    /** Ends every call with what is known. */
    void endAll() {
        List.copyOf(open).forEach(LinkStream::stop);
        if (stopping != null) {
            stopping.tryComplete();
        }
    }

    /** A manager has left for good. */
    void finished(LinkSession session) {
        sessions.forget(session.name());
        sessionCount = sessions.size();
    }

    /** @param session null when it had not said hello */
    void ended(LinkStream stream, @Nullable LinkSession session) {
        open.remove(stream);
        if (session != null) {
            interests.ended(stream, session.interest(), session.stream() != stream);
        }
        if (session != null && session.stream() == stream) {
            session.setStream(null);
            sessions.detach(session.name(), clocks.nanoTime());
        }
    }

    private void sweep() {
        long now = clocks.nanoTime();
        for (LinkStream stream : List.copyOf(open)) {
            stream.endIfSilentSince(now - (stream.isGreeted() ? SILENCE_NANOS : HELLO_NANOS));
        }
        sessions.sweep(now);
        sessionCount = sessions.size();
        long worst = 0;
        for (LinkSession session : sessions.all()) {
            worst = Math.max(worst, session.clock().errorNanos());
        }
        clockErrorNanos = worst;
        interests.sweep();
    }
}
