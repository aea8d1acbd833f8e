package io.pushmanager.connect.inbox;

import io.pushmanager.core.link.ReceivedPushes;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.LinkDrain;
import io.pushmanager.proto.pubsub.LinkHello;
import io.pushmanager.proto.pubsub.LinkProbe;
import io.pushmanager.proto.pubsub.LinkProbeAnswer;
import io.pushmanager.proto.pubsub.ManagerFrame;
import io.pushmanager.proto.pubsub.NodeFrame;
import io.pushmanager.wire.grpc.GrpcCall;
import io.vertx.core.Context;
import org.jspecify.annotations.Nullable;

/**
 * One {@code Link} call: reads the manager's frames and writes the node's.
 *
 * <p><b>Bound:</b> what waits to be written holds the reading up; what was read is bounded by the session's window. <b>Failure:</b>
 * a frame against the protocol ends the call with INVALID_ARGUMENT and its field, and nothing else; the session is kept. <b>Thread:</b>
 * confined to the inbox's event loop.
 */
final class LinkStream {

    private final GrpcCall<LinkFrame, NodeFrame> call;
    private final LinkStreams streams;
    private final LinkBatches batches;
    private final LinkInterests interests;
    private final Clocks clocks;
    private final Context context;
    private @Nullable LinkSession session;
    private boolean tellsInterest;
    private boolean ackDue;
    private boolean halfClosed;
    private long heardNanos;

    LinkStream(
            GrpcCall<LinkFrame, NodeFrame> call,
            LinkStreams streams,
            LinkBatches batches,
            LinkInterests interests,
            Clocks clocks,
            Context context) {
        this.call = call;
        this.streams = streams;
        this.batches = batches;
        this.interests = interests;
        this.clocks = clocks;
        this.context = context;
        this.heardNanos = clocks.nanoTime();
    }

    void begin() {
        call.onMessage(this::take);
        call.onHalfClose(() -> {
            halfClosed = true;
            if (session != null) {
                interests.left(session.interest());
            }
            finishIfDone();
        });
        call.onDrain(() -> {
            call.resume();
            tellInterest();
            acknowledge();
        });
        call.onEnd(() -> streams.ended(this, session));
    }

    private void take(LinkFrame frame) {
        heardNanos = clocks.nanoTime();
        PushError error = session == null ? open(frame.other()) : handle(session, frame);
        if (error != null) {
            call.fail(error);
        } else if (call.isWriteQueueFull()) {
            call.pause(); // a manager that does not read gets no more answers to keep
        }
    }

    private @Nullable PushError open(ManagerFrame frame) {
        if (!frame.hasHello()) {
            return PushError.invalid("frame", "the first must be hello");
        }
        LinkHello hello = frame.getHello();
        PushError error = streams.refusal(hello);
        if (error != null) {
            return error;
        }
        LinkSession opened = streams.attach(this, hello);
        if (opened == null) {
            return PushError.retryable(
                    ErrorCode.RESOURCE_EXHAUSTED, "TOO_MANY_SESSIONS", "the node has no session left", 1_000);
        }
        session = opened;
        boolean resumed = opened.name().equals(hello.getSession());
        error = resumed ? opened.seen("hello.ack_seen", hello.getAckSeen()) : null;
        if (error != null) {
            return error;
        }
        opened.clock().note(hello.getSentNanos(), heardNanos);
        write(NodeFrame.newBuilder().setWelcome(streams.welcome(hello, opened)).build());
        LinkDrain drain = streams.drain();
        if (drain != null) {
            drain(drain);
        }
        opened.writeUnseen(this);
        acknowledge();
        if (streams.wantsInterest(hello)) {
            tellsInterest = true;
            interests.begin(this, opened.interest());
        } else {
            opened.interest().broke(); // the stream before may have wanted it
        }
        return null;
    }

    private @Nullable PushError handle(LinkSession open, LinkFrame frame) {
        LinkBatchReader.Batch batch = frame.batch();
        if (batch != null) {
            return batch(open, batch);
        }
        return switch (frame.other().getFrameCase()) {
            case HELLO -> PushError.invalid("hello", "only the first frame may be one");
            case PROBE -> probe(open, frame.other().getProbe());
            case INTEREST_ACK ->
                tellsInterest
                        ? interests.acknowledged(open.interest(), frame.other().getInterestAck())
                        : null;
            case BATCH, FRAME_NOT_SET -> null;
        };
    }

    private @Nullable PushError batch(LinkSession open, LinkBatchReader.Batch frame) {
        PushError error = open.seen("batch.ack_seen", frame.ackSeen());
        if (error == null) {
            error = open.pushes().refusal(frame.firstId(), frame.count(), frame.bytes());
        }
        if (error == null) {
            open.clock().note(frame.sentNanos(), heardNanos);
            ReceivedPushes.Batch taken = open.pushes().take(frame.count(), frame.bytes());
            batches.deliver(open, frame, taken);
        }
        return error;
    }

    private @Nullable PushError probe(LinkSession open, LinkProbe probe) {
        PushError error = open.seen("probe.ack_seen", probe.getAckSeen());
        if (error == null) {
            open.clock().note(probe.getSentNanos(), heardNanos);
            open.clock().noteRoundTrip(probe.getMinRoundTripNanos());
            LinkProbeAnswer.Builder answer =
                    LinkProbeAnswer.newBuilder().setNumber(probe.getNumber()).setSentNanos(probe.getSentNanos());
            if (tellsInterest) {
                interests.probed(this, open.interest(), probe, heardNanos, answer);
            }
            write(NodeFrame.newBuilder().setProbeAnswer(answer).build());
        }
        return error;
    }

    /** What the manager should know of rooms and users by now, as far as it can be written. */
    void tellInterest() {
        if (tellsInterest && session != null) {
            interests.tell(this, session.interest(), false);
        }
    }

    /** Everything that has changed by now, also what would rather collect. */
    void tellInterestNow() {
        if (tellsInterest && session != null) {
            interests.tellNow(this, session.interest());
        }
    }

    boolean isWritable() {
        return call.isOpen() && !call.isWriteQueueFull();
    }

    void write(NodeFrame frame) {
        call.write(frame);
    }

    /** Once this turn of the event loop is over, so that what else completes in it goes along. */
    void acknowledgeSoon() {
        if (!ackDue) {
            ackDue = true;
            context.runOnContext(turn -> {
                ackDue = false;
                acknowledge();
            });
        }
    }

    private void acknowledge() {
        if (session == null || !call.isOpen() || call.isWriteQueueFull()) {
            return; // what is known waits in the session
        }
        NodeFrame ack = session.nextAck();
        if (ack != null) {
            write(ack);
        }
        finishIfDone();
        streams.settled();
    }

    /** The manager has said that it is leaving: nothing to acknowledge is left, so this is the end. */
    private void finishIfDone() {
        if (halfClosed && session == null) {
            call.fail(PushError.invalid("frame", "the first must be hello"));
        } else if (halfClosed && session != null && session.isQuiet()) {
            streams.finished(session);
            call.end();
        }
    }

    void drain(LinkDrain drain) {
        if (session != null) {
            write(NodeFrame.newBuilder().setDrain(drain).build());
        }
    }

    /** Another stream has taken this one's place; nothing that comes by this one is taken any more. */
    void supersede() {
        call.fail(PushError.of(ErrorCode.CANCELLED, "SUPERSEDED", "the session goes on in another stream"));
    }

    /** The node stops: what is known goes out, and the call ends. */
    void stop() {
        if (session == null) {
            call.fail(PushError.of(ErrorCode.UNAVAILABLE, "STOPPING", "this node is stopping"));
            return;
        }
        NodeFrame ack = session.nextAck();
        if (ack != null) {
            write(ack);
        }
        call.end();
    }

    /** Ends a stream that has been silent since before {@code limitNanos}. */
    void endIfSilentSince(long limitNanos) {
        if (heardNanos - limitNanos < 0) {
            call.fail(PushError.of(ErrorCode.DEADLINE_EXCEEDED, "SILENT", "nothing came over the link for too long"));
        }
    }

    boolean isGreeted() {
        return session != null;
    }
}
