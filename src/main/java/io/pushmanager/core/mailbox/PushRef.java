package io.pushmanager.core.mailbox;

import io.pushmanager.core.message.Api;

/** What has to be known of a push in order to say how it ended. */
public interface PushRef {

    /** Fan-out's number of the push. */
    long pushId();

    Api api();

    /** Whether the caller waits for what became of it. */
    boolean wantsReport();

    String messageId();

    /** When the mailbox took it; {@code Long.MIN_VALUE} when that is not kept. */
    default long offeredNanos() {
        return Long.MIN_VALUE;
    }

    /** When it was first sent to the node; {@code Long.MIN_VALUE} when it was not, or that is not kept. */
    default long sentNanos() {
        return Long.MIN_VALUE;
    }

    /** Whether fan-out has not been told yet that it was accepted: then its end is the first that fan-out hears. */
    default boolean awaitsAnswer() {
        return false;
    }
}
