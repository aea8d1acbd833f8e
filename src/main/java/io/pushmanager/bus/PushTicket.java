package io.pushmanager.bus;

import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.outcome.PushAnswer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One push on its way to fan-out and back with its answer.
 *
 * <p><b>Thread:</b> one at a time: its sender's until it is sent, then fan-out's until it is sent back.
 */
public abstract class PushTicket {

    private final PushMessage message;
    private @Nullable PushAnswer answer;

    protected PushTicket(PushMessage message) {
        this.message = message;
    }

    public final PushMessage message() {
        return message;
    }

    /** Fan-out's, once, before it sends the ticket back. */
    public final void setAnswer(PushAnswer given) {
        if (answer != null) {
            throw new IllegalStateException("answered twice");
        }
        answer = given;
    }

    /** The sender's, once the ticket is back. */
    public final PushAnswer answer() {
        return Objects.requireNonNull(answer);
    }
}
