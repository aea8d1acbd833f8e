/**
 * Where pushes reach a Connect-Node: start at {@link io.pushmanager.connect.inbox.InboxVerticle}.
 *
 * <p>Upstream: Push-Managers, and callers that know only {@code protocol.PushServer}, over gRPC. Downstream: {@code connect.hub}.
 */
@NullMarked
package io.pushmanager.connect.inbox;

import org.jspecify.annotations.NullMarked;
