package io.pushmanager.cluster;

import io.pushmanager.core.canary.Canary;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a member sees of itself.
 *
 * @param what in words, where it is not well
 */
record Sighting(Canary.Sight sight, String what) {

    /**
     * Puts together what was looked at.
     *
     * @param running whether the engine is
     * @param missing its addresses that senders do not find
     * @param failure why they could not be looked up
     * @param deaf members that it hears and that do not hear it
     */
    static Sighting of(boolean running, List<String> missing, @Nullable Throwable failure, Set<String> deaf) {
        if (!running) {
            return new Sighting(Canary.Sight.DEAD, "the engine has stopped");
        }
        if (failure != null) {
            return new Sighting(Canary.Sight.UNREACHED, "the engine does not answer: " + failure);
        }
        if (missing.isEmpty() && deaf.isEmpty()) {
            return new Sighting(Canary.Sight.REACHED, "");
        }
        String addresses = missing.isEmpty() ? "" : "addresses not found: " + missing + "; ";
        return new Sighting(Canary.Sight.UNREACHED, addresses + (deaf.isEmpty() ? "" : "not heard by: " + deaf));
    }
}
