/**
 * Tells the Controllers which users and rooms this node holds. Start with
 * {@link io.pushmanager.connect.presence.ReportVerticle}.
 *
 * <p>Upstream: {@code connect.hub}, and discovery with the Controllers there are. Downstream: the Controllers, over gRPC.
 */
@NullMarked
package io.pushmanager.connect.presence;

import org.jspecify.annotations.NullMarked;
