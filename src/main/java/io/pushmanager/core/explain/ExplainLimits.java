package io.pushmanager.core.explain;

/**
 * How much is kept so that a push can be explained.
 *
 * @param enabled otherwise nothing is
 * @param maxPushes half of them recent ones, a quarter slow and a quarter failed ones
 * @param maxBytes estimated, shared out likewise
 * @param slowNanos a push that takes longer is slow
 */
public record ExplainLimits(boolean enabled, int maxPushes, long maxBytes, long slowNanos) {

    public static final ExplainLimits OFF = new ExplainLimits(false, 4, 1, 1);
}
