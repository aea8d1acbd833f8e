/**
 * Deciding where a push goes and adding up what became of it, without I/O and without a clock. Start at {@link
 * io.pushmanager.core.fanout.FanOut}.
 *
 * <p>Upstream: {@code io.pushmanager.fanout}, which owns the event loop. Downstream: {@code core.message}, {@code
 * core.outcome}, {@code core.membership}.
 */
@NullMarked
package io.pushmanager.core.fanout;

import org.jspecify.annotations.NullMarked;
