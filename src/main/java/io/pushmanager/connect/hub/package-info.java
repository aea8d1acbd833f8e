/**
 * Who is connected, and how a push reaches them: one {@link io.pushmanager.connect.hub.RoomHub} per event loop behind the
 * thread-safe {@link io.pushmanager.connect.hub.NodeHub}.
 *
 * <p>Upstream: {@code connect.inbox}, {@code connect.http}. Downstream: {@code connect.socket}.
 */
@NullMarked
package io.pushmanager.connect.hub;

import org.jspecify.annotations.NullMarked;
