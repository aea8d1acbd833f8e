package io.pushmanager.ledger;

/** One way in which what clients saw is not what was promised. */
public record Violation(Kind kind, String text) {

    /** The promises. */
    public enum Kind {
        /** A socket got one message twice. */
        DOUBLED,
        /** A socket got what was not for it, or what nobody pushed. */
        MISROUTED,
        /** A frame says something else than the publisher. */
        ALTERED,
        /** A socket that was in has not got what its node took, or was passed by with. */
        MISSING,
        /** Of two pushes of which one preceded the other, the later came first. */
        REORDERED,
        /** A reply counts other than the sockets do, or does not add up. */
        MISCOUNTED
    }

    @Override
    public String toString() {
        return kind + " " + text;
    }
}
