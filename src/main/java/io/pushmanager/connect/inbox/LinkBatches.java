package io.pushmanager.connect.inbox;

import io.pushmanager.connect.hub.HubAnswer;
import io.pushmanager.connect.hub.HubPush;
import io.pushmanager.core.link.ReceivedPushes;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.proto.pubsub.LinkBatch;
import io.pushmanager.proto.pubsub.LinkPush;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.Tracing;
import io.pushmanager.wire.grpc.PushErrorException;
import io.vertx.core.AsyncResult;
import java.util.ArrayList;
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

    private final BatchMapper mapper;
    private final PushSink sink;
    private final Meters meters;
    private final Tracing tracing;

    LinkBatches(BatchMapper mapper, PushSink sink, Meters meters, Tracing tracing) {
        this.mapper = mapper;
        this.sink = sink;
        this.meters = meters;
        this.tracing = tracing;
    }

    void deliver(LinkSession session, LinkBatch frame, ReceivedPushes.Batch batch) {
        int count = frame.getPushesCount();
        meters.linkBatchReceived(count);
        Delivery delivery = new Delivery(session, batch, count);
        for (int i = 0; i < count; i++) {
            delivery.add(i, frame.getPushes(i));
        }
        delivery.begin();
    }

    private final class Delivery {

        private final LinkSession session;
        private final ReceivedPushes.Batch batch;
        private final int count;
        private final List<HubPush> pushes;
        /** By index in the batch; null until one is needed, for most batches are good. */
        private @Nullable PushError @Nullable [] refused;

        private boolean @Nullable [] empty;
        private Tracing.@Nullable Span @Nullable [] spans;

        Delivery(LinkSession session, ReceivedPushes.Batch batch, int count) {
            this.session = session;
            this.batch = batch;
            this.count = count;
            this.pushes = new ArrayList<>(count);
        }

        void add(int index, LinkPush push) {
            if (!push.hasPush()) {
                if (empty == null) {
                    empty = new boolean[count];
                }
                empty[index] = true;
                return;
            }
            if (tracing.isOn() && !push.getTraceparent().isEmpty()) {
                if (spans == null) {
                    spans = new Tracing.Span[count];
                }
                spans[index] = tracing.start("node fan-out", push.getTraceparent());
            }
            try {
                pushes.add(mapper.toCore(push.getPush()));
            } catch (PushErrorException e) {
                if (refused == null) {
                    refused = new PushError[count];
                }
                refused[index] = e.error();
            }
        }

        void begin() {
            if (pushes.isEmpty()) {
                end(List.of());
            } else {
                sink.deliverAll(pushes).onComplete(this::answered);
            }
        }

        private void answered(AsyncResult<List<HubAnswer>> answers) {
            end(answers.succeeded() ? answers.result() : null);
        }

        /** @param answers null when there are none */
        private void end(@Nullable List<HubAnswer> answers) {
            int next = 0;
            int withUsers = 0;
            int delivered = 0;
            for (int i = 0; i < count; i++) {
                long id = batch.firstId() + i;
                if (empty != null && empty[i]) {
                    session.results().delivered(id, DeliveryCounts.NONE);
                    continue;
                }
                PushError error = refused == null ? null : refused[i];
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
