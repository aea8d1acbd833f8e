package io.pushmanager.core.presence;

/**
 * What a node says of itself.
 *
 * @param maxConnections 0 when it does not say
 */
public record NodeLoad(int connections, int users, int rooms, int maxConnections) {

    public static final NodeLoad NONE = new NodeLoad(0, 0, 0, 0);
}
