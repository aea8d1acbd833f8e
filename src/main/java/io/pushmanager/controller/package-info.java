/**
 * The process that knows which Connect-Node holds whom. Start with {@link io.pushmanager.controller.ControllerVerticle}.
 *
 * <p>Upstream: Connect-Nodes' reports, and whoever asks, over gRPC; {@code app} deploys it. Downstream: {@code wire},
 * {@code core.presence}.
 */
@NullMarked
package io.pushmanager.controller;

import org.jspecify.annotations.NullMarked;
