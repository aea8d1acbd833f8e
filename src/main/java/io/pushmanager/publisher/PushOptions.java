package io.pushmanager.publisher;

import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Priority;
import java.time.Duration;

/**
 * How a push is to be made.
 *
 * @param messageId names the push, so that it can be repeated without reaching anybody twice; empty: one is generated
 * @param ack when the push is answered
 * @param timeout how long the caller waits; the answer to {@code DELIVERED} leaves a little before that
 * @param priority which pushes go first where several wait
 * @param ttl how long the push is worth delivering, from its arrival at a manager; zero: for as long as it waits
 * @param conflationKey a push that still waits, with the same target, priority and key, is replaced by this one; empty: none is
 */
public record PushOptions(
        String messageId, AckLevel ack, Duration timeout, Priority priority, Duration ttl, String conflationKey) {

    private static final PushOptions DEFAULTS = new PushOptions("", AckLevel.ACCEPTED, Duration.ofSeconds(5));

    public PushOptions {
        if (timeout.toMillis() < 1) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: at least 1 ms)");
        }
        if (ttl.isNegative()) {
            throw new IllegalArgumentException("ttl: " + ttl + " (expected: longer than 0, or 0 for none)");
        }
    }

    public PushOptions(String messageId, AckLevel ack, Duration timeout) {
        this(messageId, ack, timeout, Priority.NORMAL, Duration.ZERO, "");
    }

    public static PushOptions defaults() {
        return DEFAULTS;
    }

    public PushOptions withMessageId(String newMessageId) {
        return new PushOptions(newMessageId, ack, timeout, priority, ttl, conflationKey);
    }

    public PushOptions withAck(AckLevel newAck) {
        return new PushOptions(messageId, newAck, timeout, priority, ttl, conflationKey);
    }

    public PushOptions withTimeout(Duration newTimeout) {
        return new PushOptions(messageId, ack, newTimeout, priority, ttl, conflationKey);
    }

    public PushOptions withPriority(Priority newPriority) {
        return new PushOptions(messageId, ack, timeout, newPriority, ttl, conflationKey);
    }

    public PushOptions withTtl(Duration newTtl) {
        return new PushOptions(messageId, ack, timeout, priority, newTtl, conflationKey);
    }

    public PushOptions withConflationKey(String newConflationKey) {
        return new PushOptions(messageId, ack, timeout, priority, ttl, newConflationKey);
    }
}
