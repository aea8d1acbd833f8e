package io.pushmanager.core.explain;

/**
 * Says when a node received a push, on this process's clock, from what the node says on its own: how long ago that was, and how long
 * it took to hand it on.
 *
 * <p>The question went out at {@code askedNanos} and its answer came at {@code answeredNanos}: the node spoke in between. It received the
 * push after it was sent, and was done with it before the acknowledgement came. What remains is as far as the estimate may be off, but for
 * the drift of the clocks while the push was kept.
 *
 * @param receivedNanos the middle of what is possible
 * @param errorNanos to either side
 */
public record NodeClock(long receivedNanos, long errorNanos) {

    /** @param ageNanos since the node received it, when it answered */
    public static NodeClock between(long askedNanos, long answeredNanos, long ageNanos) {
        return of(askedNanos - ageNanos, answeredNanos - ageNanos);
    }

    /** It was sent at {@code sentNanos}. */
    public NodeClock notBefore(long sentNanos) {
        long earliest = receivedNanos - errorNanos;
        long latest = receivedNanos + errorNanos;
        return sentNanos - earliest <= 0 ? this : of(sentNanos, sentNanos - latest > 0 ? sentNanos : latest);
    }

    /** The acknowledgement came at {@code ackNanos}, and the node had spent {@code busyNanos} before it sent it. */
    public NodeClock notAfter(long ackNanos, long busyNanos) {
        long limit = ackNanos - busyNanos;
        long earliest = receivedNanos - errorNanos;
        long latest = receivedNanos + errorNanos;
        return limit - latest >= 0 ? this : of(limit - earliest < 0 ? limit : earliest, limit);
    }

    /** How far this is from what was sent and acknowledged then: 0 when it may be the same push. */
    public long distance(long sentNanos, long ackNanos) {
        long earliest = receivedNanos - errorNanos;
        long latest = receivedNanos + errorNanos;
        return Math.max(0, Math.max(sentNanos - latest, earliest - ackNanos));
    }

    private static NodeClock of(long earliest, long latest) {
        long error = (latest - earliest) / 2;
        return new NodeClock(earliest + error, error);
    }
}
