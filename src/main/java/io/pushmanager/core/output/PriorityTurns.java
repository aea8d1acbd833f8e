package io.pushmanager.core.output;

import io.pushmanager.core.message.Priority;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is where pushes of several priorities wait: the highest goes first, but nobody is passed over for ever.
 *
 * <p><b>Bound:</b> NORMAL goes at the latest when {@value #PATIENCE} HIGH ones have gone before it, LOW when {@value #PATIENCE} others
 * have. <b>Thread:</b> that of its owner.
 */
public final class PriorityTurns {

    static final int PATIENCE = 16;

    private int normalPassedOver;
    private int lowPassedOver;

    /** Whose turn it is among those that wait; null when none does. */
    public @Nullable Priority next(boolean highWaits, boolean normalWaits, boolean lowWaits) {
        Priority turn = choose(highWaits, normalWaits, lowWaits);
        normalPassedOver = normalWaits && turn != Priority.NORMAL ? normalPassedOver + 1 : 0;
        lowPassedOver = lowWaits && turn != Priority.LOW ? lowPassedOver + 1 : 0;
        return turn;
    }

    private @Nullable Priority choose(boolean highWaits, boolean normalWaits, boolean lowWaits) {
        if (lowWaits && lowPassedOver >= PATIENCE) {
            return Priority.LOW;
        }
        if (normalWaits && normalPassedOver >= PATIENCE) {
            return Priority.NORMAL;
        }
        if (highWaits) {
            return Priority.HIGH;
        }
        if (normalWaits) {
            return Priority.NORMAL;
        }
        return lowWaits ? Priority.LOW : null;
    }
}
