package io.pushmanager.connect.inbox;

import io.pushmanager.connect.hub.HubAnswer;
import io.pushmanager.core.link.ReceivedPushes;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.Tracing;
import io.vertx.core.AsyncResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A batch of a link on its way: to the hub as one batch, and back as a result for each push.
 *
 * <p><b>Order:</b> batches reach the sink in the order of {@link #deliver}. <b>Failure:</b> a bad push has its result and leaves the
 * others alone. <b>Thread:</b> confined to the inbox's event loop.
 */
final class LinkBatches {

    private static final PushError NOT_DELIVERED =
            PushError.of(ErrorCode.UNAVAILABLE, "NOT_DELIVERED", "the node could not deliver it");

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
        new Delivery(session, frame, batch).begin();
    }

    private final class Delivery {

        private final LinkSession session;
        private final LinkBatchReader.Batch frame;
        private final ReceivedPushes.Batch batch;
        private Tracing.@Nullable Span @Nullable [] spans;

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
                end(List.of());
            } else {
                sink.deliverAll(frame.pushes()).onComplete(this::answered);
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

        private void answered(AsyncResult<List<HubAnswer>> answers) {
            end(answers.succeeded() ? answers.result() : null);
        }

        /** @param answers null when there are none */
        private void end(@Nullable List<HubAnswer> answers) {
            int next = 0;
            int withUsers = 0;
            int delivered = 0;
            for (int i = 0; i < frame.count(); i++) {
                long id = batch.firstId() + i;
                if (frame.isEmpty(i)) {
                    session.results().delivered(id, DeliveryCounts.NONE);
                    continue;
                }
                PushError error = frame.refused(i);
                HubAnswer answer = error != null ? new HubAnswer.Refused(error) : null;
                if (answer == null) {
                    answer = answers == null ? new HubAnswer.Refused(NOT_DELIVERED) : answers.get(next++);
                }
                if (answer instanceof HubAnswer.Delivered done) {
                    delivered++;
                    withUsers += done.counts().matched() > 0 ? 1 : 0;
                    session.results().delivered(id, done.counts());
                    endSpan(i, "OK");
                } else {
                    PushError why = ((HubAnswer.Refused) answer).error();
                    session.results().refused(id, why);
                    endSpan(i, why.reason());
                }
            }
            meters.pushesReceived(withUsers, delivered - withUsers);
            session.pushes().consumed(batch);
            session.resultsCame();
        }

        private void endSpan(int index, String outcome) {
            Tracing.Span span = spans == null ? null : spans[index];
            if (span != null) {
                span.end(outcome);
            }
        }
    }
}
