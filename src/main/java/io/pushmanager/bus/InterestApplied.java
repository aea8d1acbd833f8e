package io.pushmanager.bus;

/**
 * Fan-out's answer to one {@link InterestEvent.Said}: every push that is routed from now on goes by it.
 *
 * @param complete nothing of {@code version} is missing: it may be acknowledged
 * @param refused fan-out does not know this client yet, and has done nothing: the node has to say everything again
 */
public record InterestApplied(long stream, long version, boolean complete, boolean refused) {}
