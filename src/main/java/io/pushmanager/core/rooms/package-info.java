/**
 * Who is where: the connections of one event loop, by room and by user. Start with {@link io.pushmanager.core.rooms.RoomTable}.
 *
 * <p>Upstream: {@code connect.hub}. Downstream: none.
 */
@NullMarked
package io.pushmanager.core.rooms;

import org.jspecify.annotations.NullMarked;
