/**
 * Configuration: every source merged once, every value with its origin, every error at once. Start at
 * {@link io.pushmanager.config.ConfigLoader}; features read through {@link io.pushmanager.config.ConfigReader}.
 *
 * <p>Upstream: app and cli load, every feature's record reads. Downstream: core.
 */
@NullMarked
package io.pushmanager.config;

import org.jspecify.annotations.NullMarked;
