/**
 * The Connect-Node: one HTTP server and one room hub per event loop on one shared port. Start with
 * {@link io.pushmanager.connect.ConnectNode}.
 *
 * <p>Upstream: clients over WebSocket; {@code connect.inbox} with the managers' pushes. Downstream: none.
 */
@NullMarked
package io.pushmanager.connect;

import org.jspecify.annotations.NullMarked;
