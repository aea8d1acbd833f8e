/**
 * Pushing over the event bus: {@link io.pushmanager.publisher.PushPublisher} for callers, {@link
 * io.pushmanager.publisher.PublishVerticle} for the manager that answers them. The callers' part is a jar of its own.
 *
 * <p>Upstream: anything on the event bus. Downstream: fan-out, by {@code Addresses.FANOUT}.
 */
@NullMarked
package io.pushmanager.publisher;

import org.jspecify.annotations.NullMarked;
