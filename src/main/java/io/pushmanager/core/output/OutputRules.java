package io.pushmanager.core.output;

/**
 * What may wait for one connection; one object for all of them.
 *
 * @param maxBytes waiting, with {@link OutputQueue#FRAME_OVERHEAD_BYTES} for each frame; one frame may always wait
 * @param maxAgeNanos how long a frame may wait
 */
public record OutputRules(long maxBytes, long maxAgeNanos, Overflow overflow) {}
