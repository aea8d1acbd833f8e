package io.pushmanager.core.mailbox;

import io.pushmanager.core.message.PushMessage;
import org.jspecify.annotations.Nullable;

/**
 * A push in a {@link Backlog}, with its places in the line, so that a queue costs no further object and any push can leave it at once.
 *
 * <p><b>Thread:</b> its backlog's.
 *
 * @param <E> what extends it
 */
public abstract class Queued<E extends Queued<E>> implements PushRef {

    // its line's
    @Nullable
    E before;

    @Nullable
    E after;

    /** Null unless something may happen to it while it waits. */
    @Nullable
    Watched<E> watched;

    boolean outside;

    /** The push, while it waits. */
    protected abstract PushMessage message();

    /** Of two that are inside one backlog the older has the lower one. */
    protected abstract long age();

    /** The number of the line in which it waits. */
    protected abstract int line();

    /** It is in the mailbox from now on; called once. */
    protected void enters(long nowNanos) {}

    /** It waits for room, or for word that it is not wanted: nobody was told yet that it was accepted. */
    @Override
    public final boolean awaitsAnswer() {
        return outside;
    }

    /** It will not wait again, and {@link #message} need not answer any more. */
    protected final void settle() {
        watched = null;
    }

    /** Its time to live has ended. */
    public final boolean hasExpired(long nowNanos) {
        return watched != null && message().handling().hasExpired(nowNanos);
    }
}
