package io.pushmanager.core.routes;

/**
 * How long a route is good, and how much may wait for one.
 *
 * @param ttlNanos age up to which a route is used
 * @param nobodyTtlNanos the same for one that says that nobody is there
 * @param maxEntries routes remembered
 * @param maxWaiting pushes that wait for a route
 * @param maxWaitingBytes of those
 */
public record RouteLimits(long ttlNanos, long nobodyTtlNanos, int maxEntries, int maxWaiting, long maxWaitingBytes) {

    /** Questions to the directory that are under way; what is wanted meanwhile goes together with the next. */
    static final int MAX_CALLS = 4;

    /** Rooms and users in one question. */
    static final int MAX_KEYS = 500;
}
