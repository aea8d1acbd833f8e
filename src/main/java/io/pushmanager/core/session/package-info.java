/**
 * The rules of one WebSocket session: what a client may do and how often, when it counts as gone, and what it has been sent before.
 *
 * <p>Upstream: {@code connect.hub}, {@code connect.http}. Downstream: none.
 */
@NullMarked
package io.pushmanager.core.session;

import org.jspecify.annotations.NullMarked;
