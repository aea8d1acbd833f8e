/**
 * Who is where, over all Connect-Nodes. Start with {@link io.pushmanager.core.presence.PresenceTable}.
 *
 * <p>Upstream: {@code controller}, and {@code connect.presence} for what a node tells. Downstream: none.
 */
@NullMarked
package io.pushmanager.core.presence;

import org.jspecify.annotations.NullMarked;
