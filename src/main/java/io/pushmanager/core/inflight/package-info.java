/**
 * What is under way to one Connect-Node, and until when. Start at {@link io.pushmanager.core.inflight.InFlight}.
 *
 * <p>Upstream: a node link adds what it sends. Downstream: the link ends what ran out of time.
 */
@NullMarked
package io.pushmanager.core.inflight;

import org.jspecify.annotations.NullMarked;
