package io.pushmanager.connect.hub;

/**
 * A client that does not take its bytes. It is named by its session, as {@code welcome} told it.
 *
 * @param waitingBytes in memory, with what the frames cost beside theirs
 * @param waitingFrames those that can still be dropped, replaced or overtaken
 * @param oldestMillis how long the oldest of them has waited
 * @param dropped pushes that were dropped since it became slow
 */
public record SlowSocket(String sessionId, long waitingBytes, int waitingFrames, long oldestMillis, long dropped) {}
