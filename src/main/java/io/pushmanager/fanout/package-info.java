/**
 * The event loop around {@link io.pushmanager.core.fanout.FanOut}. Start at {@link
 * io.pushmanager.fanout.FanoutVerticle}.
 *
 * <p>Upstream: ingress and publisher, by {@code Addresses.FANOUT}. Downstream: node clients, by {@code
 * Addresses.offersTo}.
 */
@NullMarked
package io.pushmanager.fanout;

import org.jspecify.annotations.NullMarked;
