/**
 * The command line: {@code push}, {@code tail}, {@code nodes}, {@code bench}, {@code config}, {@code completion}, and the options of
 * {@code serve}. Start at {@link io.pushmanager.cli.Cli}.
 *
 * <p>Upstream: app (main). Downstream: a Push-Manager over gRPC, a Connect-Node over WebSocket, config.
 */
@NullMarked
package io.pushmanager.cli;

import org.jspecify.annotations.NullMarked;
