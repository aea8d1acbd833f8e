package io.pushmanager.core.message;

/**
 * What is done with the connections that a push would reach, instead of pushing to them. It goes the way of a push, so that it keeps
 * its place among the pushes to the same target.
 *
 * <p>A node that does not know actions must never take one for a push: see {@link #capability}.
 */
public sealed interface Action {

    /** Who would get a push. */
    Count COUNT = new Count();

    /** What a node must announce to be sent this. */
    String capability();

    /** What a node that does not announce it does not know, in words. */
    String name();

    /** Nothing is done: the connections are counted. Not remembered by its message id. */
    record Count() implements Action {
        public static final String CAPABILITY = "push.dry-run";

        @Override
        public String capability() {
            return CAPABILITY;
        }

        @Override
        public String name() {
            return "dry runs";
        }
    }

    /** Capability of the actions that change something. */
    String CHANGES = "push.actions";

    /** An action of an operator. */
    sealed interface Change extends Action {
        @Override
        default String capability() {
            return CHANGES;
        }

        @Override
        default String name() {
            return "actions of an operator";
        }
    }

    /**
     * Closes them.
     *
     * @param closeCode {@value #LOWEST_CODE} to {@value #HIGHEST_CODE}
     * @param reason at most {@value #MAX_REASON_BYTES} bytes of UTF-8
     */
    record Disconnect(int closeCode, String reason) implements Change {
        public static final int LOWEST_CODE = 4000;
        public static final int HIGHEST_CODE = 4199;
        public static final int MAX_REASON_BYTES = 123;
    }

    /** Puts them into a room. */
    record Join(String roomId) implements Change {}

    /** Takes them out of a room. */
    record Leave(String roomId) implements Change {}
}
