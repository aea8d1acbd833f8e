package io.pushmanager.connect.socket;

import io.pushmanager.core.output.OutputRules;
import io.pushmanager.core.time.Clocks;

/**
 * What holds for every socket of a node; one object for all of them.
 *
 * @param output what may wait to be sent to one socket, in memory
 * @param controlsPerSecond pings and pongs a client may send in a second
 */
public record SocketRules(OutputRules output, int controlsPerSecond, Clocks clocks) {}
