package io.pushmanager.publisher;

import io.pushmanager.core.message.AckLevel;
import java.time.Duration;

/**
 * How a push is to be made.
 *
 * @param messageId names the push, so that it can be repeated without reaching anybody twice; empty: one is generated
 * @param ack when the push is answered
 * @param timeout how long the caller waits; the answer to {@code DELIVERED} leaves a little before that
 */
public record PushOptions(String messageId, AckLevel ack, Duration timeout) {

    private static final PushOptions DEFAULTS = new PushOptions("", AckLevel.ACCEPTED, Duration.ofSeconds(5));

    public PushOptions {
        if (timeout.toMillis() < 1) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: at least 1 ms)");
        }
    }

    public static PushOptions defaults() {
        return DEFAULTS;
    }

    public PushOptions withMessageId(String newMessageId) {
        return new PushOptions(newMessageId, ack, timeout);
    }

    public PushOptions withAck(AckLevel newAck) {
        return new PushOptions(messageId, newAck, timeout);
    }

    public PushOptions withTimeout(Duration newTimeout) {
        return new PushOptions(messageId, ack, newTimeout);
    }
}
