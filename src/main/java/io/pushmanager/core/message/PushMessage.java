package io.pushmanager.core.message;

import org.jspecify.annotations.Nullable;

/**
 * One push on its way through a Push-Manager: validated, complete, immutable. Shared by every node's mailbox.
 *
 * @param messageId the caller's, or a generated ULID
 * @param callerChoseId whether the caller gave the id, so that a retry can be told from a new push
 * @param sizeBytes what a mailbox counts for it, computed once
 * @param deadlineNanos on this process's monotonic clock: when the caller stops waiting
 * @param handling its priority, time to live and conflation key
 * @param traceparent W3C trace context of the caller's span; null when tracing is off or the caller sent none
 * @param receivedNanos on this process's monotonic clock: when it came in
 * @param action what is done instead of pushing; null for a push
 */
public record PushMessage(
        String messageId,
        boolean callerChoseId,
        Api api,
        Target target,
        Content content,
        AckLevel ack,
        int sizeBytes,
        long deadlineNanos,
        Handling handling,
        @Nullable String traceparent,
        long receivedNanos,
        @Nullable Action action) {

    /** Bytes counted for a message beside its content: ids, envelope, bookkeeping. */
    public static final int OVERHEAD_BYTES = 256;

    public static PushMessage of(
            String messageId,
            boolean callerChoseId,
            Api api,
            Target target,
            Content content,
            AckLevel ack,
            long deadlineNanos,
            @Nullable String traceparent) {
        return of(messageId, callerChoseId, api, target, content, ack, deadlineNanos, traceparent, 0, null);
    }

    public static PushMessage of(
            String messageId,
            boolean callerChoseId,
            Api api,
            Target target,
            Content content,
            AckLevel ack,
            long deadlineNanos,
            @Nullable String traceparent,
            long receivedNanos,
            @Nullable Action action) {
        int size = OVERHEAD_BYTES + content.sizeBytes();
        return new PushMessage(
                messageId,
                callerChoseId,
                api,
                target,
                content,
                ack,
                size,
                deadlineNanos,
                Handling.NORMAL,
                traceparent,
                receivedNanos,
                action);
    }

    /** The same push, treated so while it waits. */
    public PushMessage withHandling(Handling newHandling) {
        return with(newHandling, traceparent);
    }

    /** The same push under another span. */
    public PushMessage withTraceparent(@Nullable String newTraceparent) {
        return with(handling, newTraceparent);
    }

    private PushMessage with(Handling newHandling, @Nullable String newTraceparent) {
        return new PushMessage(
                messageId,
                callerChoseId,
                api,
                target,
                content,
                ack,
                sizeBytes,
                deadlineNanos,
                newHandling,
                newTraceparent,
                receivedNanos,
                action);
    }

    public Priority priority() {
        return handling.priority();
    }

    /** Nothing is to be done with anybody: the nodes say whom it would reach. */
    public boolean isDryRun() {
        return action == Action.COUNT;
    }
}
