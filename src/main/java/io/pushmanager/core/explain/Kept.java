package io.pushmanager.core.explain;

/**
 * How much is kept.
 *
 * @param sinceNanos when the oldest of the recent ones came; means nothing while there is none
 */
public record Kept(int recent, int slow, int failed, long sinceNanos) {

    public static final Kept NOTHING = new Kept(0, 0, 0, 0);
}
