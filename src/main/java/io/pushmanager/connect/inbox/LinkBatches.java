package io.pushmanager.connect.inbox;

import io.pushmanager.connect.hub.HubAnswer;
import io.pushmanager.connect.hub.HubPush;
import io.pushmanager.core.link.ReceivedPushes;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.Tracing;
import io.vertx.core.AsyncResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A batch of a link on its way: to the hub as one batch, or one for each priority, and back as a result for each push.
 *
 * <p><b>Order:</b> batches reach the sink in the order of {@link #deliver}. <b>Failure:</b> a bad push has its result and leaves the
 * others alone. <b>Thread:</b> confined to the inbox's event loop.
 */
final class LinkBatches {

    private static final PushError NOT_DELIVERED =
            PushError.of(ErrorCode.UNAVAILABLE, "NOT_DELIVERED", "the node could not deliver it");

    private static final HubAnswer EMPTY = new HubAnswer.Delivered(DeliveryCounts.NONE);
    private static final List<Priority> HIGHEST_FIRST = List.of(Priority.HIGH, Priority.NORMAL, Priority.LOW);

    private final PushSink sink;
    private final Meters meters;
    private final Tracing tracing;

    LinkBatches(PushSink sink, Meters meters, Tracing tracing) {
        this.sink = sink;
        this.meters = meters;
        this.tracing = tracing;
    }

    void deliver(LinkSession session, LinkBatchReader.Batch frame, ReceivedPushes.Batch batch) {
        meters.linkBatchReceived(frame.count());
        frame.toLocal(session.clock());
        new Delivery(session, frame, batch).begin();
    }

    private final class Delivery {

        private final LinkSession session;
        private final LinkBatchReader.Batch frame;
        private final ReceivedPushes.Batch batch;
        private Tracing.@Nullable Span @Nullable [] spans;
        private int partsLeft = 1;

        Delivery(LinkSession session, LinkBatchReader.Batch frame, ReceivedPushes.Batch batch) {
            this.session = session;
            this.frame = frame;
            this.batch = batch;
        }

        void begin() {
            if (frame.isTraced() && tracing.isOn()) {
                startSpans();
            }
            if (frame.pushes().isEmpty()) {
                end(null, List.of());
            } else if (frame.isMixed()) {
                beginEachPriority();
            } else {
                sink.deliverAll(frame.pushes()).onComplete(answered -> end(null, answersOf(answered)));
            }
        }

        /** HIGH first; each part is answered by itself, and the batch is consumed with the last. */
        private void beginEachPriority() {
            List<List<HubPush>> parts = new ArrayList<>();
            for (Priority priority : HIGHEST_FIRST) {
                List<HubPush> part = frame.pushes().stream()
                        .filter(push -> push.handling().priority() == priority)
                        .toList();
                if (!part.isEmpty()) {
                    parts.add(part);
                }
            }
            partsLeft = parts.size();
            for (List<HubPush> part : parts) {
                Priority priority = part.get(0).handling().priority();
                sink.deliverAll(part).onComplete(answered -> end(priority, answersOf(answered)));
            }
        }

        private void startSpans() {
            Tracing.@Nullable Span[] started = new Tracing.Span[frame.count()];
            for (int i = 0; i < started.length; i++) {
                String parent = frame.traceparent(i);
                if (parent != null) {
                    started[i] = tracing.start("node fan-out", parent);
                }
            }
            spans = started;
        }

        private @Nullable List<HubAnswer> answersOf(AsyncResult<List<HubAnswer>> answered) {
            return answered.succeeded() ? answered.result() : null;
        }

        /**
         * @param part of this priority only; null: everything
         * @param answers of the part; null when there are none
         */
        private void end(@Nullable Priority part, @Nullable List<HubAnswer> answers) {
            partsLeft--;
            int push = 0;
            int next = 0;
            int withUsers = 0;
            int delivered = 0;
            for (int i = 0; i < frame.count(); i++) {
                PushError error = frame.refused(i);
                if (frame.isEmpty(i) || error != null) {
                    if (partsLeft == 0) { // with the last part
                        settle(i, error == null ? EMPTY : new HubAnswer.Refused(error));
                    }
                } else if (part == null || frame.pushes().get(push++).handling().priority() == part) {
                    HubAnswer answer = answers == null ? new HubAnswer.Refused(NOT_DELIVERED) : answers.get(next++);
                    settle(i, answer);
                    delivered += answer instanceof HubAnswer.Refused ? 0 : 1;
                    withUsers += matched(answer) > 0 ? 1 : 0;
                }
            }
            meters.pushesReceived(withUsers, delivered - withUsers);
            if (frame.hasActions()) {
                session.tellInterestFirst();
            }
            if (partsLeft == 0) {
                session.pushes().consumed(batch);
            }
            session.resultsCame();
        }

        private void settle(int index, HubAnswer answer) {
            long id = batch.firstId() + index;
            if (answer instanceof HubAnswer.Delivered done) {
                session.results().delivered(id, done.counts());
                endSpan(index, "OK");
            } else if (answer instanceof HubAnswer.Later later) {
                session.later(id, later);
                endSpan(index, "OK");
            } else {
                PushError why = ((HubAnswer.Refused) answer).error();
                session.results().refused(id, why);
                endSpan(index, why.reason());
            }
        }

        private void endSpan(int index, String outcome) {
            Tracing.Span span = spans == null ? null : spans[index];
            if (span != null) {
                span.end(outcome);
            }
        }
    }

    private static long matched(HubAnswer answer) {
        if (answer instanceof HubAnswer.Delivered done) {
            return done.counts().matched();
        }
        return answer instanceof HubAnswer.Later later ? later.soFar().matched() : 0;
    }
}
