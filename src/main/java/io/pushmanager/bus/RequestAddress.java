package io.pushmanager.bus;

/**
 * A place on the event bus of this JVM that answers.
 *
 * @param name the address on the bus
 * @param request type of the question; immutable, passed by reference
 * @param reply type of the answer; immutable, passed by reference
 */
public record RequestAddress<Q, R>(String name, Class<Q> request, Class<R> reply) {}
