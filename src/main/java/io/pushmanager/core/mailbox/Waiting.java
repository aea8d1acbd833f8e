package io.pushmanager.core.mailbox;

import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.PushMessage;

/** A push in a {@link Mailbox}. <b>Thread:</b> its mailbox's. */
public final class Waiting extends Queued<Waiting> {

    private final MailboxEntry entry;
    private final int lane;
    private final long number;
    private long offeredNanos = Long.MIN_VALUE;

    Waiting(MailboxEntry entry, int lane, long number) {
        this.entry = entry;
        this.lane = lane;
        this.number = number;
    }

    public MailboxEntry entry() {
        return entry;
    }

    @Override
    public PushMessage message() {
        return entry.message();
    }

    @Override
    public long pushId() {
        return entry.pushId();
    }

    @Override
    public Api api() {
        return entry.api();
    }

    @Override
    public String messageId() {
        return entry.messageId();
    }

    @Override
    public long offeredNanos() {
        return offeredNanos;
    }

    @Override
    protected void enters(long nowNanos) {
        offeredNanos = nowNanos;
    }

    @Override
    public boolean wantsReport() {
        return entry.message().ack() == AckLevel.DELIVERED;
    }

    @Override
    protected int line() {
        return lane;
    }

    @Override
    protected long age() {
        return number;
    }
}
