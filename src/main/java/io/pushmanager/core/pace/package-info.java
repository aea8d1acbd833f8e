/**
 * When an event loop hands its output to the kernel. Start with {@link io.pushmanager.core.pace.FlushPace}.
 *
 * <p>Upstream: {@code connect.hub}. Downstream: none.
 */
@NullMarked
package io.pushmanager.core.pace;

import org.jspecify.annotations.NullMarked;
