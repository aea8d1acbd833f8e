package io.pushmanager.connect.inbox;

import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.proto.pubsub.LinkAck;
import io.pushmanager.proto.pubsub.LinkResultDetail;
import io.pushmanager.proto.pubsub.LinkResults;
import io.pushmanager.proto.pubsub.NodeFrame;
import io.pushmanager.wire.DeliveryMapper;
import org.jspecify.annotations.Nullable;

/**
 * Collects results until they are sent, in runs of ids that follow one another.
 *
 * <p><b>Bound:</b> none of its own: each push of the window has one result. <b>Thread:</b> confined to one event loop.
 */
final class AckWriter {

    /** Enough for the field and what is wrong with it. */
    private static final int MAX_REASON_CHARS = 300;

    private static final long MAX_UNSIGNED_INT = 0xFFFF_FFFFL;

    private LinkAck.Builder ack = LinkAck.newBuilder();
    private LinkResults.@Nullable Builder run;
    private long nextId;
    private int results;

    void delivered(long id, DeliveryCounts counts) {
        LinkResults.Builder in = runOf(id);
        in.addMatched((int) Math.min(counts.matched(), MAX_UNSIGNED_INT));
        if (counts.written() != counts.matched()) {
            in.addDetails(LinkResultDetail.newBuilder()
                    .setIndex(in.getMatchedCount() - 1)
                    .setDelivery(DeliveryMapper.toProto(counts)));
        }
    }

    void refused(long id, PushError error) {
        LinkResults.Builder in = runOf(id);
        in.addMatched(0);
        in.addDetails(LinkResultDetail.newBuilder()
                .setIndex(in.getMatchedCount() - 1)
                .setCode(error.code().grpcCode())
                .setReason(reason(error)));
    }

    boolean isEmpty() {
        return results == 0;
    }

    int results() {
        return results;
    }

    /** The frame with everything so far; the next one begins empty. */
    NodeFrame take(long number, long consumedThrough) {
        NodeFrame frame = NodeFrame.newBuilder()
                .setAck(ack.setNumber(number).setConsumedThrough(consumedThrough))
                .build();
        ack = LinkAck.newBuilder();
        run = null;
        results = 0;
        return frame;
    }

    private LinkResults.Builder runOf(long id) {
        results++;
        LinkResults.Builder current = run;
        if (current == null || id != nextId) {
            current = ack.addResultsBuilder().setFirstId(id);
            run = current;
        }
        nextId = id + 1;
        return current;
    }

    private static String reason(PushError error) {
        String text = error.reason() + ": " + error.message();
        return text.length() <= MAX_REASON_CHARS ? text : text.substring(0, MAX_REASON_CHARS - 1) + "…";
    }
}
