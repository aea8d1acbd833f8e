/**
 * What waits for one client connection that does not take its bytes, and what becomes of it. Start with
 * {@link io.pushmanager.core.output.OutputQueue}.
 *
 * <p>Upstream: {@code connect.socket}, {@code connect.hub}. Downstream: none.
 */
@NullMarked
package io.pushmanager.core.output;

import org.jspecify.annotations.NullMarked;
