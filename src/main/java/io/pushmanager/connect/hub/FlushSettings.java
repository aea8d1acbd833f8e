package io.pushmanager.connect.hub;

import java.time.Duration;

/**
 * How long an event loop may hold its output so that several pushes share one write per socket.
 *
 * @param maxHold since the end of the flush before; zero: never
 * @param idlePercent of the loop's time; while one flush per push would take less, nothing is held
 * @param busyPercent above {@code idlePercent}; when one flush per push would take more, output is held for {@code maxHold}
 */
public record FlushSettings(Duration maxHold, int idlePercent, int busyPercent) {}
