package io.pushmanager.core.message;

/**
 * How a push is treated while it waits. Most pushes are {@linkplain #isPlain plain}, and cost a queue no more than asking that.
 *
 * <p><b>Time:</b> of whoever holds it: the manager's monotonic clock in a manager, the node's in a node.
 *
 * @param expiresNanos after it the push is worth nothing and must not leave; {@link #NEVER}: it does not expire
 * @param conflationKey a waiting push with the same target, priority and key is replaced by this one; empty: none is
 */
public record Handling(Priority priority, long expiresNanos, String conflationKey) {

    /** As {@code expiresNanos}, here and on the wire: no limit. */
    public static final long NEVER = 0;

    public static final Handling NORMAL = new Handling(Priority.NORMAL, NEVER, "");

    /** Without an object of its own when there is nothing to say. */
    public static Handling of(Priority priority, long expiresNanos, String conflationKey) {
        return priority == Priority.NORMAL && expiresNanos == NEVER && conflationKey.isEmpty()
                ? NORMAL
                : new Handling(priority, expiresNanos, conflationKey);
    }

    /** Nothing is to be watched, and it has its turn in the order of arrival. One comparison: {@link #of} sees to it. */
    @SuppressWarnings("ReferenceEquality")
    public boolean isPlain() {
        return this == NORMAL;
    }

    /** The end of {@code ttlNanos} that begin now; never {@link #NEVER}, whatever the clock says. */
    public static long expiry(long nowNanos, long ttlNanos) {
        long end = nowNanos + ttlNanos;
        return end == NEVER ? end + 1 : end;
    }

    public boolean expires() {
        return expiresNanos != NEVER;
    }

    public boolean hasExpired(long nowNanos) {
        return expiresNanos != NEVER && expiresNanos - nowNanos <= 0;
    }

    public boolean conflates() {
        return !conflationKey.isEmpty();
    }
}
