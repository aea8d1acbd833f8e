/**
 * Asks Controllers where rooms and users are, for {@code routing.mode: routed}. Start at {@link
 * io.pushmanager.directory.DirectoryVerticle}.
 *
 * <p>Upstream: fan-out, by {@code Addresses.ROUTES}; discovery, by {@code Addresses.CONTROLLERS}. Downstream: {@code
 * pubsub.ControllerService/Locate}.
 */
@NullMarked
package io.pushmanager.directory;

import org.jspecify.annotations.NullMarked;
