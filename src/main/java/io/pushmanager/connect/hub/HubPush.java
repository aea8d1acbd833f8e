package io.pushmanager.connect.hub;

import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Handling;
import io.pushmanager.core.message.Target;

/**
 * One push for this node's clients.
 *
 * @param messageId goes into the frame; a repeat of it with the same content reaches only who came since. Empty: not remembered
 * @param handling its times are this node's monotonic clock's
 * @param reported whether the caller waits to hear what became of it at every client, slow ones too
 */
public record HubPush(String messageId, Target target, Content content, Handling handling, boolean reported) {

    /** Treated like most pushes, and answered at once. */
    public HubPush(String messageId, Target target, Content content) {
        this(messageId, target, content, Handling.NORMAL, false);
    }

    public HubPush withHandling(Handling other) {
        return new HubPush(messageId, target, content, other, reported);
    }

    public HubPush withReport() {
        return reported ? this : new HubPush(messageId, target, content, handling, true);
    }
}
