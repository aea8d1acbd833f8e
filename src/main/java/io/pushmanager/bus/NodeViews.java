package io.pushmanager.bus;

import io.pushmanager.core.membership.NodeInfo;
import java.util.List;

/** A manager's picture of its nodes, for operators. */
public record NodeViews(boolean membershipStale, List<View> nodes) {

    /** Asks for the picture. */
    public record Query() {}

    public record View(NodeInfo node, boolean suspect, boolean connected, int mailboxDepth, int inFlight) {}
}
