package io.pushmanager.core.admission;

/**
 * Divides one bounded thing, such as places for pushes or bytes for them, among callers who do not know one another.
 *
 * <pre>
 *   0 ............ 3/4 ............ 15/16 ..... bound
 *   whoever comes   up to a fair     who holds   nobody
 *                   share each       little
 * </pre>
 *
 * <p>As long as there is plenty, nobody is held to a share. When it gets crowded a caller may hold the bound divided by the
 * callers that hold anything, and what is given back goes to those below their share. The last sixteenth is kept for
 * callers that hold little, so that a flood of one caller leaves a way in for the next one, without waiting for anything to end.
 *
 * <p><b>Bound:</b> never more than the bound; whoever holds nothing gets in whenever there is room. <b>Thread:</b> any;
 * it remembers nothing. <b>Source:</b> docs/decisions/0015.
 */
public final class FairShare {

    private final long bound;
    private final long crowdedFrom;
    private final long keptFrom;

    public FairShare(long bound) {
        if (bound < 1) {
            throw new IllegalArgumentException("bound: " + bound + " (expected: >= 1)");
        }
        this.bound = bound;
        this.crowdedFrom = bound - bound / 4;
        this.keptFrom = bound - bound / 16;
    }

    public long bound() {
        return bound;
    }

    /** Whether it does not fit, whoever asks. */
    public boolean isOver(long held, long asked) {
        return asked > bound - held;
    }

    /**
     * Whether a caller gets more.
     *
     * @param held by all callers together
     * @param mine of it, the caller's
     * @param callers that hold something, the one who asks included
     */
    public boolean admits(long held, long mine, long asked, int callers) {
        if (isOver(held, asked)) {
            return false;
        }
        long after = held + asked;
        if (after <= crowdedFrom || mine <= 0) {
            return true;
        }
        long shared = after <= keptFrom ? bound : bound - keptFrom;
        return mine + asked <= shared / Math.max(1, callers);
    }
}
