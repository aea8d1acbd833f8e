package io.pushmanager.bus;

/**
 * A place on the event bus of this JVM where values of one type go.
 *
 * @param name the address on the bus
 * @param type of the body; immutable, passed by reference
 */
public record Address<T>(String name, Class<T> type) {}
