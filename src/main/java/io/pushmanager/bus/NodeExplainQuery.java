package io.pushmanager.bus;

import java.util.List;
import java.util.Set;

/**
 * Ingress asks the node clients, and through them their nodes, about a message id.
 *
 * @param pushIds fan-out's numbers of it, as far as they are known
 * @param clientIds of those that it was offered
 */
public record NodeExplainQuery(String messageId, List<Long> pushIds, Set<String> clientIds) {}
