/**
 * What became of single pushes, kept for whoever asks: start with {@link io.pushmanager.core.explain.KeptTrails}.
 *
 * <p>Upstream: {@code core.fanout}, {@code nodeclient}, {@code connect.hub}. Downstream: none.
 */
@NullMarked
package io.pushmanager.core.explain;

import org.jspecify.annotations.NullMarked;
