package io.pushmanager.core.link;

import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.mailbox.Queued;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.message.PushMessage;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One push on its way over one link, from the mailbox to its outcome.
 *
 * <p>It holds the push itself only as long as it may have to be sent (again): until the node has consumed it, or it has
 * ended. What is left then is small, so that thousands of late results cost little. <b>Thread:</b> its link's event loop.
 */
public final class LinkEntry extends Queued<LinkEntry> {

    private final long pushId;
    private final Api api;
    private final boolean wantsReport;
    private final String messageId;
    private long offeredNanos = Long.MIN_VALUE;
    private long sentNanos = Long.MIN_VALUE;
    final boolean isLow;
    private @Nullable MailboxEntry push;
    /** Encoded; what the window counts. */
    int size;
    /** Until it is in the mailbox: how long it may wait there. Then: sent by then. Once sent: its result by then. */
    long dueNanos;

    boolean ended;

    LinkEntry(MailboxEntry push, long deadlineNanos) {
        PushMessage message = push.message();
        this.pushId = push.pushId();
        this.api = message.api();
        this.wantsReport = message.ack() == AckLevel.DELIVERED;
        this.isLow = message.priority() == Priority.LOW;
        this.messageId = push.messageId();
        this.push = push;
        this.dueNanos = deadlineNanos;
    }

    @Override
    public long pushId() {
        return pushId;
    }

    @Override
    public Api api() {
        return api;
    }

    @Override
    public boolean wantsReport() {
        return wantsReport;
    }

    @Override
    public String messageId() {
        return messageId;
    }

    @Override
    public long offeredNanos() {
        return offeredNanos;
    }

    @Override
    public long sentNanos() {
        return sentNanos;
    }

    void sent(long nowNanos) {
        sentNanos = nowNanos;
    }

    /** Of the push's own trace, while it may have to be sent. */
    public @Nullable String traceparent() {
        MailboxEntry entry = push;
        return entry == null ? null : entry.message().traceparent();
    }

    /** Null once it will not be sent again. */
    @Nullable
    MailboxEntry push() {
        return push;
    }

    void letGo() {
        push = null;
        settle();
    }

    @Override
    protected PushMessage message() {
        return Objects.requireNonNull(push).message();
    }

    @Override
    protected int line() {
        return 0;
    }

    @Override
    protected long age() {
        return dueNanos;
    }

    @Override
    protected void enters(long nowNanos) {
        offeredNanos = nowNanos;
        dueNanos += nowNanos;
    }
}
