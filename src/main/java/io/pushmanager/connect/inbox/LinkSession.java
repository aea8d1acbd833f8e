package io.pushmanager.connect.inbox;

import io.pushmanager.connect.hub.HubAnswer;
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
 * <p><b>Bound:</b> the window, and {@value #MAX_LATE_RESULTS} results that wait for slow sockets. <b>Thread:</b> confined to the inbox's event loop.
 */
final class LinkSession {

    /** Well below what a manager keeps: it sends nothing more while 65,536 results are late. */
    static final int MAX_LATE_RESULTS = 16_384;

    private static final long OFFSET_HALF_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final String name;
    private final ReceivedPushes pushes;
    private final AckLog<NodeFrame> acks;
    private final ClockOffset clock = new ClockOffset(OFFSET_HALF_NANOS);
    private final AckWriter results = new AckWriter();
    private final InterestLink<Question> interest;
    private @Nullable LinkStream stream;
    private int lateResults;
    private long toldConsumed;
    private int lateUnsent; // of the results that the next acknowledgement will have

    LinkSession(String name, LinkConfig config, InterestLink<Question> interest) {
        this.name = name;
        this.interest = interest;
        this.pushes = new ReceivedPushes(config.windowPushes(), config.windowBytes());
        // Twice what a manager that follows the protocol can leave unseen, and the results that come when they will.
        this.acks = new AckLog<>(2 * config.windowPushes(), 2 * MAX_LATE_RESULTS);
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

    /** The result of a push that every event loop has behind it, and that takes longer all the same. */
    void later(long id, HubAnswer.Later answer) {
        if (lateResults >= MAX_LATE_RESULTS) {
            results.delivered(id, answer.soFar());
            return;
        }
        lateResults++;
        answer.counts().onComplete(known -> {
            lateResults--;
            lateUnsent++;
            results.delivered(id, known.succeeded() ? known.result() : answer.soFar());
            resultsCame();
        });
    }

    /** The stream that is there has more to say, or soon will. */
    void resultsCame() {
        if (stream != null) {
            stream.acknowledgeSoon();
        }
    }

    /** Before the results: who hears that somebody was put into a room can push to it at once. */
    void tellInterestFirst() {
        if (stream != null) {
            stream.tellInterestNow();
        }
    }

    /** What was sent and not seen, once more. */
    void writeUnseen(LinkStream to) {
        acks.forEach(to::write);
    }

    /** What has become known since the last acknowledgement, as one more; null when there is nothing. */
    @Nullable
    NodeFrame nextAck() {
        long consumed = pushes.consumedThrough();
        if (results.isEmpty() && consumed == toldConsumed) {
            return null;
        }
        toldConsumed = consumed;
        int count = results.results() - lateUnsent;
        NodeFrame ack = results.take(acks.nextNumber(), consumed);
        acks.keep(ack, count, lateUnsent);
        lateUnsent = 0;
        return ack;
    }

    /** Everything that came is acknowledged, as far as this node can tell. */
    boolean isQuiet() {
        return pushes.pushesUnderWay() == 0 && results.isEmpty() && lateResults == 0;
    }
}
