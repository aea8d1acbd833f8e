/**
 * How the clients of a leaving node are spread over time. Start with {@link io.pushmanager.core.drain.DrainPlan}.
 *
 * <p>Upstream: {@code connect.hub}. Downstream: none.
 */
@NullMarked
package io.pushmanager.core.drain;

import org.jspecify.annotations.NullMarked;
