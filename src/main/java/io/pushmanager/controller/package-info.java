/**
 * The process that will know which Connect-Node holds whom.
 *
 * <p>Upstream: {@code app} deploys it. Downstream: {@code wire}.
 */
@NullMarked
package io.pushmanager.controller;

import org.jspecify.annotations.NullMarked;
