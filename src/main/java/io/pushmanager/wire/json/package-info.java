/**
 * Pushes and their answers as JSON, for HTTP and the event bus. Start at {@link io.pushmanager.wire.json.PushJson}.
 *
 * <p>Upstream: ingress and publisher. Downstream: {@link io.pushmanager.wire.PushRequests}, which validates.
 */
@NullMarked
package io.pushmanager.wire.json;

import org.jspecify.annotations.NullMarked;
