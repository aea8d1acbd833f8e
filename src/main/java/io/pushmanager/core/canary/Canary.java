package io.pushmanager.core.canary;

/**
 * Judges what a member sees of its own place in the cluster.
 *
 * <p>One bad sight may be the moment in which another member joins or leaves, so it is looked at twice. Then the addresses
 * are registered again, and if that does not help, the member leaves and joins anew.
 *
 * <p><b>Thread:</b> one. <b>Time:</b> none; it counts the sights.
 */
public final class Canary {

    /** Bad sights in a row before anything is done. */
    static final int PATIENCE = 2;
    /** Bad sights in a row, each of them followed by registering again, before it joins anew. */
    static final int TRIES = 5;

    private int bad;

    /** What is to be done now. */
    public enum Advice {
        NOTHING,
        REGISTER_AGAIN,
        JOIN_AGAIN
    }

    /** What the member sees. */
    public enum Sight {
        /** Its addresses are where senders look them up, and every other that it hears hears it. */
        REACHED,
        /** Some of its addresses are gone, or somebody does not hear it. */
        UNREACHED,
        /** The engine itself does not answer. */
        DEAD
    }

    public Advice see(Sight sight) {
        if (sight == Sight.REACHED) {
            bad = 0;
            return Advice.NOTHING;
        }
        bad++;
        if (sight == Sight.DEAD ? bad >= PATIENCE : bad >= PATIENCE + TRIES) {
            bad = 0;
            return Advice.JOIN_AGAIN;
        }
        return sight == Sight.UNREACHED && bad >= PATIENCE ? Advice.REGISTER_AGAIN : Advice.NOTHING;
    }

    public boolean isWell() {
        return bad < PATIENCE;
    }
}
