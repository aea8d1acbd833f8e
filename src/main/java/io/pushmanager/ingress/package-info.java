/**
 * Where pushes come in: gRPC and HTTP on one port. Start at {@link io.pushmanager.ingress.IngressVerticle}.
 *
 * <p>Upstream: backends. Downstream: fan-out, over the bus.
 */
@NullMarked
package io.pushmanager.ingress;

import org.jspecify.annotations.NullMarked;
