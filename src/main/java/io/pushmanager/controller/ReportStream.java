package io.pushmanager.controller;

import com.google.protobuf.util.Durations;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.presence.PresenceNode;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.PresenceAck;
import io.pushmanager.proto.pubsub.PresenceFrame;
import io.pushmanager.proto.pubsub.PresenceHeartbeat;
import io.pushmanager.proto.pubsub.PresenceHeartbeatAck;
import io.pushmanager.proto.pubsub.PresenceHello;
import io.pushmanager.proto.pubsub.PresenceReply;
import io.pushmanager.proto.pubsub.PresenceUpdate;
import io.pushmanager.proto.pubsub.PresenceWelcome;
import io.pushmanager.wire.grpc.GrpcCall;
import io.pushmanager.wire.grpc.GrpcErrors;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one Connect-Node tells, from its hello to its leaving.
 *
 * <p><b>Order:</b> updates are stored and acknowledged in the order in which they come. <b>Bound:</b> {@value #WINDOW}
 * updates are being stored; then nothing more is read. <b>Thread:</b> the Controller's event loop. <b>Failure:</b> a store
 * that is away, or a node that is no longer known, ends the stream; the node comes back and tells everything again. A
 * stream that breaks says nothing of the node: its silence does.
 */
final class ReportStream {

    static final int WINDOW = 8;

    private final GrpcCall<PresenceFrame, PresenceReply> call;
    private final ReportStreams streams;
    private final ControllerConfig config;
    private final PresenceStore store;
    private final ControllerMeters meters;
    private final Clocks clocks;
    private long heardNanos;
    private @Nullable PresenceNode node;
    private long lastVersion;
    private long epoch;
    private int storing;

    ReportStream(
            GrpcCall<PresenceFrame, PresenceReply> call,
            ReportStreams streams,
            ControllerConfig config,
            PresenceStore store,
            ControllerMeters meters,
            Clocks clocks) {
        this.call = call;
        this.streams = streams;
        this.config = config;
        this.store = store;
        this.meters = meters;
        this.clocks = clocks;
        this.heardNanos = clocks.nanoTime();
    }

    void begin() {
        call.onMessage(this::take);
        call.onHalfClose(this::left);
        call.onEnd(this::ended);
    }

    private void ended() {
        streams.ended(this);
        if (node != null && epoch > 0) {
            // A store that is away cannot be told; then the node's silence tells.
            store.broken(node.key(), epoch);
        }
    }

    @Nullable
    PresenceNode node() {
        return node;
    }

    long heardNanos() {
        return heardNanos;
    }

    /** The node is to open another stream and to tell everything again. */
    void drop(String reason, String text) {
        call.fail(PushError.retryable(
                ErrorCode.UNAVAILABLE, reason, text, config.heartbeatInterval().toMillis()));
    }

    private void take(PresenceFrame frame) {
        heardNanos = clocks.nanoTime();
        PresenceNode known = node;
        if ((known == null) != frame.hasHello()) {
            call.fail(PushError.invalid("frame", "the first must be hello, and only the first"));
            return;
        }
        try {
            switch (frame.getFrameCase()) {
                case HELLO -> hello(frame.getHello());
                case HEARTBEAT -> heartbeat(String.valueOf(known == null ? "" : known.key()), frame.getHeartbeat());
                case UPDATE -> update(String.valueOf(known == null ? "" : known.key()), frame.getUpdate());
                case FRAME_NOT_SET -> {} // of a later version
            }
        } catch (RuntimeException e) {
            call.fail(GrpcErrors.of(e));
        }
    }

    private void hello(PresenceHello hello) {
        new PresenceChecks()
                .requireId("hello.node_id", hello.getNodeId())
                .requireId("hello.instance_id", hello.getInstanceId())
                .requireId("hello.address", hello.getAddress())
                .text("hello.public_url", hello.getPublicUrl())
                .text("hello.version", hello.getVersion())
                .capabilities(hello.getCapabilitiesList())
                .pass();
        PresenceNode described = PresenceMapper.toCore(hello);
        node = described;
        store.register(described, PresenceMapper.toCore(hello.getLoad()))
                .onSuccess(change -> {
                    meters.changed(change, "replaced");
                    welcome();
                })
                .onFailure(failure -> call.fail(GrpcErrors.of(failure)));
    }

    private void welcome() {
        call.write(PresenceReply.newBuilder()
                .setWelcome(PresenceWelcome.newBuilder()
                        .setControllerId(config.id())
                        .setStoreId(store.id())
                        .setHeartbeatInterval(
                                Durations.fromMillis(config.heartbeatInterval().toMillis()))
                        .setHeartbeatTimeout(
                                Durations.fromMillis(config.nodeTimeout().toMillis()))
                        .setWindow(WINDOW))
                .build());
    }

    private void heartbeat(String key, PresenceHeartbeat heartbeat) {
        store.heartbeat(key, PresenceMapper.toCore(heartbeat.getLoad()), heartbeat.getDraining())
                .onSuccess(known -> {
                    if (known) {
                        call.write(PresenceReply.newBuilder()
                                .setHeartbeatAck(PresenceHeartbeatAck.getDefaultInstance())
                                .build());
                    } else {
                        drop("UNKNOWN_NODE", "this node is not known any more");
                    }
                })
                .onFailure(failure -> call.fail(GrpcErrors.of(failure)));
    }

    private void update(String key, PresenceUpdate update) {
        new PresenceChecks().update(update).pass();
        long version = update.getVersion();
        if (version != lastVersion + 1) {
            call.fail(PushError.invalid("update.version", "must be " + (lastVersion + 1) + ", one more than before"));
            return;
        }
        lastVersion = version;
        epoch = update.getEpoch();
        if (++storing == WINDOW) {
            call.pause();
        }
        store.apply(key, PresenceMapper.toCore(update))
                .onSuccess(applied -> {
                    if (applied.accepted()) {
                        meters.changed(applied.change(), "reported");
                        stored(version);
                    } else {
                        drop("SUPERSEDED", "this node is not known any more, or has told newer things elsewhere");
                    }
                })
                .onFailure(failure -> call.fail(GrpcErrors.of(failure)));
    }

    private void stored(long version) {
        call.write(PresenceReply.newBuilder()
                .setAck(PresenceAck.newBuilder().setVersion(version))
                .build());
        if (storing-- == WINDOW && call.isOpen()) {
            call.resume();
        }
    }

    /** The node has said that it is leaving, and everything before. */
    private void left() {
        PresenceNode known = node;
        if (known == null) {
            call.end();
            return;
        }
        store.remove(known.key(), Duration.ZERO)
                .onSuccess(change -> {
                    meters.changed(change, "left");
                    call.end();
                })
                .onFailure(failure -> call.fail(GrpcErrors.of(failure)));
    }
}
