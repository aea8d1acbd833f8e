/**
 * Routes of {@code routing.mode: routed}: what the directory said of where rooms and users are, who waits to hear it, and
 * what is done when it was wrong. Start at {@link io.pushmanager.core.routes.RoutedFanOut}.
 *
 * <p>Upstream: the fan-out verticle. Downstream: {@link io.pushmanager.core.fanout.FanOut}, and whoever asks the directory.
 */
@NullMarked
package io.pushmanager.core.routes;

import org.jspecify.annotations.NullMarked;
