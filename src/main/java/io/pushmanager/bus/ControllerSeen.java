package io.pushmanager.bus;

/**
 * A Controller-Manager is in the registry, or no longer.
 *
 * @param address {@code host:port} of its gRPC server
 */
public record ControllerSeen(String address, boolean up) {}
