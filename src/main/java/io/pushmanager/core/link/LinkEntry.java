package io.pushmanager.core.link;

import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.mailbox.PushRef;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import org.jspecify.annotations.Nullable;

/**
 * One push on its way over one link, from the mailbox to its outcome.
 *
 * <p>It holds the push itself only as long as it may have to be sent (again): until the node has consumed it, or it has
 * ended. What is left then is small, so that thousands of late results cost little. <b>Thread:</b> its link's event loop.
 */
public final class LinkEntry implements PushRef {

    private final long pushId;
    private final Api api;
    private final boolean wantsReport;
    private @Nullable MailboxEntry push;
    /** Encoded; what the window counts. */
    int size;
    /** While it waits: sent by then. Once sent: its result by then. */
    long dueNanos;

    boolean ended;

    LinkEntry(MailboxEntry push, long dueNanos) {
        this.pushId = push.pushId();
        this.api = push.message().api();
        this.wantsReport = push.message().ack() == AckLevel.DELIVERED;
        this.push = push;
        this.dueNanos = dueNanos;
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

    /** Null once it will not be sent again. */
    @Nullable
    MailboxEntry push() {
        return push;
    }

    void letGo() {
        push = null;
    }
}
