package io.pushmanager.bus;

import io.pushmanager.core.membership.NodeInfo;

/** What discovery says about the Connect-Nodes. */
public sealed interface MembershipEvent {

    /** A node appeared, or another process took its address (a {@link NodeDown} came first). */
    record NodeUp(NodeInfo node) implements MembershipEvent {}

    /** The same process now describes itself otherwise, or its place in discovery is in doubt. */
    record NodeChanged(NodeInfo node, boolean suspect) implements MembershipEvent {}

    /** A node is gone. */
    record NodeDown(NodeInfo node, String reason) implements MembershipEvent {}

    /** The first list is complete: the NodeUps of it came before. */
    record Listed(int nodes) implements MembershipEvent {}

    /** Whether the picture may be out of date: discovery's source is away, or this manager lost its own registration. */
    record Staleness(boolean stale, String reason) implements MembershipEvent {}
}
