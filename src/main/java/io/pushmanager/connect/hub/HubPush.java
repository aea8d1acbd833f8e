package io.pushmanager.connect.hub;

import io.pushmanager.core.message.Action;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Handling;
import io.pushmanager.core.message.Target;
import org.jspecify.annotations.Nullable;

/**
 * One push for this node's clients.
 *
 * @param messageId goes into the frame; a repeat of it with the same content reaches only who came since. Empty: not remembered
 * @param handling its times are this node's monotonic clock's
 * @param reported whether the caller waits to hear what became of it at every client, slow ones too
 * @param action what is done with the connections instead of pushing {@code content} to them; null for a push
 */
public record HubPush(
        String messageId,
        Target target,
        Content content,
        Handling handling,
        boolean reported,
        @Nullable Action action) {

    /** Treated like most pushes, and answered at once. */
    public HubPush(String messageId, Target target, Content content) {
        this(messageId, target, content, Handling.NORMAL, false, null);
    }

    public HubPush(String messageId, Target target, Content content, Handling handling, boolean reported) {
        this(messageId, target, content, handling, reported, null);
    }

    /** Done at once, and answered at once. */
    public HubPush(String messageId, Target target, Action action) {
        this(messageId, target, Content.none(), Handling.NORMAL, false, action);
    }

    public HubPush withHandling(Handling other) {
        return new HubPush(messageId, target, content, other, reported, action);
    }

    public HubPush withReport() {
        return reported ? this : new HubPush(messageId, target, content, handling, true, action);
    }
}
