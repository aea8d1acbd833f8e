/**
 * When to try again. Start at {@link io.pushmanager.core.retry.Breaker}.
 *
 * <p>Upstream: whoever failed asks. Downstream: it sets its own timer for the time it is told.
 */
@NullMarked
package io.pushmanager.core.retry;

import org.jspecify.annotations.NullMarked;
