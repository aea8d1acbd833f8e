package io.pushmanager.connect.inbox;

import io.pushmanager.connect.hub.InterestFeed.Question;
import io.pushmanager.core.interest.InterestLink;
import io.pushmanager.core.link.AckLog;
import io.pushmanager.core.link.ClockOffset;
import io.pushmanager.core.link.ReceivedPushes;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.proto.pubsub.NodeFrame;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows of one manager's pushes, whichever stream they come by.
 *
 * <p><b>Bound:</b> the window. <b>Thread:</b> confined to the inbox's event loop.
 */
final class LinkSession {

    private static final long OFFSET_HALF_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final String name;
    private final ReceivedPushes pushes;
    private final AckLog<NodeFrame> acks;
    private final ClockOffset clock = new ClockOffset(OFFSET_HALF_NANOS);
    private final AckWriter results = new AckWriter();
    private final InterestLink<Question> interest;
    private @Nullable LinkStream stream;

    LinkSession(String name, LinkConfig config, InterestLink<Question> interest) {
        this.name = name;
        this.interest = interest;
        this.pushes = new ReceivedPushes(config.windowPushes(), config.windowBytes());
        // Twice what a manager that follows the protocol can leave unseen.
        this.acks = new AckLog<>(2 * config.windowPushes());
    }

    String name() {
        return name;
    }

    ReceivedPushes pushes() {
        return pushes;
    }

    ClockOffset clock() {
        return clock;
    }

    AckWriter results() {
        return results;
    }

    /** What the manager was told of this node's rooms and users. */
    InterestLink<Question> interest() {
        return interest;
    }

    @Nullable
    LinkStream stream() {
        return stream;
    }

    void setStream(@Nullable LinkStream newStream) {
        stream = newStream;
    }

    /** @return what is wrong with it; null normally */
    @Nullable
    PushError seen(String field, long ackNumber) {
        return acks.seen(field, ackNumber);
    }

    /** The stream that is there has more to say, or soon will. */
    void resultsCame() {
        if (stream != null) {
            stream.acknowledgeSoon();
        }
    }

    /** What was sent and not seen, once more. */
    void writeUnseen(LinkStream to) {
        acks.forEach(to::write);
    }

    /** What has become known since the last acknowledgement, as one more; null when there is nothing. */
    @Nullable
    NodeFrame nextAck() {
        if (results.isEmpty()) {
            return null;
        }
        int count = results.results();
        NodeFrame ack = results.take(acks.nextNumber(), pushes.consumedThrough());
        acks.keep(ack, count);
        return ack;
    }

    /** Everything that came is acknowledged, as far as this node can tell. */
    boolean isQuiet() {
        return pushes.pushesUnderWay() == 0 && results.isEmpty();
    }
}
