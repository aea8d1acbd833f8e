/**
 * What both ends of a {@code link.v1} stream decide, without the stream. The manager's end starts at
 * {@link io.pushmanager.core.link.SendSession}.
 *
 * <p>Upstream: the node client offers pushes and hands in what the node says. Downstream: it writes the batches that it is given.
 */
@NullMarked
package io.pushmanager.core.link;

import org.jspecify.annotations.NullMarked;
