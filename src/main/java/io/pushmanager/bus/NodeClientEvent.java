package io.pushmanager.bus;

import io.pushmanager.core.membership.NodeInfo;

/** What the supervisor says about node clients. */
public sealed interface NodeClientEvent {

    String clientId();

    /**
     * Takes offers from now on.
     *
     * @param desk where: see {@link Addresses#offersTo}; the clients of one event loop share one
     */
    record Opened(String clientId, String desk, NodeInfo node) implements NodeClientEvent {}

    /** The node is being removed: send no more offers. Those under way still get an answer. */
    record Closing(String clientId) implements NodeClientEvent {}

    /** Undeployed: no answer comes any more. Whatever is still open has failed, for this reason. */
    record Closed(String clientId, String reason) implements NodeClientEvent {}
}
