package io.pushmanager.core.membership;

/** What {@link Membership} wants done, in order. */
public sealed interface MembershipAction {

    /** A node appeared. */
    record Up(NodeInfo node) implements MembershipAction {}

    /** The same process describes itself otherwise, or came into doubt, or out of it. */
    record Changed(NodeInfo node, boolean suspect) implements MembershipAction {}

    /**
     * A node is gone.
     *
     * @param node as it was last; its revision is the one that removed it
     * @param reason in words
     */
    record Down(NodeInfo node, String reason) implements MembershipAction {}

    /** Somebody should look. Told once for each cause. */
    record Warned(Warning warning, String text) implements MembershipAction {}

    /** What a warning is about. */
    enum Warning {
        /** A value that no reader understands; counted. */
        INVALID_VALUE,
        /** One node_id under two keys. */
        SAME_NODE_ID,
        /** A key that stays when its process dies. */
        NO_LEASE
    }
}
