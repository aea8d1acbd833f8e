package io.pushmanager.core.explain;

/**
 * How a push went at a node, in the node's own time.
 *
 * @param ageNanos since it was received
 * @param writtenNanos after it was received every event loop had written it to its sockets; negative: not yet
 * @param flushedNanos after it was received the last event loop that had written it flushed; negative: not yet, or nothing was written
 */
public record NodeDelivery(long ageNanos, long writtenNanos, long flushedNanos) {}
