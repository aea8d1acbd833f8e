package io.pushmanager.core.mailbox;

import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.PushMessage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One push as fan-out offers it and as it waits in mailboxes: one object for all nodes that it concerns, so that what is
 * made of it for the network is made once.
 *
 * <p><b>Thread:</b> any; immutable but for the encoding, which is published safely.
 */
public final class MailboxEntry implements PushRef {

    private final long pushId;
    private final PushMessage message;
    private volatile byte @Nullable [] encoded;

    /** @param pushId fan-out's own number of the push, unique while it runs; what is said of the push names it */
    public MailboxEntry(long pushId, PushMessage message) {
        this.pushId = pushId;
        this.message = message;
    }

    @Override
    public long pushId() {
        return pushId;
    }

    @Override
    public Api api() {
        return message.api();
    }

    @Override
    public String messageId() {
        return message.messageId();
    }

    @Override
    public boolean wantsReport() {
        return message.ack() == AckLevel.DELIVERED;
    }

    public PushMessage message() {
        return message;
    }

    /**
     * The push serialised, to be copied into every node's batch and never written to. Whoever asks first makes it; two
     * event loops that ask first at the same time make it twice, the same.
     *
     * @param encoder the same for every caller, and without captured state: it runs on the caller's thread
     */
    public byte[] encoded(Function<PushMessage, byte[]> encoder) {
        byte[] bytes = encoded;
        if (bytes == null) {
            bytes = encoder.apply(message);
            encoded = bytes;
        }
        return bytes;
    }
}
