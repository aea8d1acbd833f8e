package io.pushmanager.core.mailbox;

/**
 * How much may wait for one node.
 *
 * @param maxMessages inside
 * @param maxBytes inside
 * @param overflow what becomes of a push that does not fit
 * @param maxOutsideBytes of pushes that wait for room, with {@link Overflow#WAIT}
 * @param conflateNanos how long one push may stand in for older ones of its key: then it is replaced no more, so that a key that
 *     changes all the time arrives all the same
 */
public record MailboxLimits(
        int maxMessages, long maxBytes, Overflow overflow, long maxOutsideBytes, long conflateNanos) {

    public MailboxLimits {
        if (maxMessages < 1 || maxBytes < 1 || maxOutsideBytes < 0 || conflateNanos < 0) {
            throw new IllegalArgumentException("maxMessages: " + maxMessages + ", maxBytes: " + maxBytes
                    + " (expected: >= 1), maxOutsideBytes: " + maxOutsideBytes + ", conflateNanos: " + conflateNanos
                    + " (expected: >= 0)");
        }
    }

    /** Rejects the newest. */
    public static MailboxLimits of(int maxMessages, long maxBytes) {
        return new MailboxLimits(maxMessages, maxBytes, Overflow.REJECT_NEW, 0, 1_000_000_000);
    }
}
