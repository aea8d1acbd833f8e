/**
 * One client's WebSocket: its place in the Netty pipeline, the rules of RFC 6455, the JSON frames. Start with
 * {@link io.pushmanager.connect.socket.SocketPipeline}.
 *
 * <p>Upstream: {@code connect.http}, which accepts the upgrade. Downstream: {@code connect.hub}, through
 * {@link io.pushmanager.connect.socket.SocketEvents}.
 */
@NullMarked
package io.pushmanager.connect.socket;

import org.jspecify.annotations.NullMarked;
