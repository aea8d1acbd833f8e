/**
 * What both ends of a {@code link.v1} stream decide, without the stream. The manager's end starts at
 * {@link io.pushmanager.core.link.SendSession}, the node's at {@link io.pushmanager.core.link.LinkSessions}.
 *
 * <p>Upstream: the node client offers pushes and hands in what the node says; the node's inbox hands in what came. Downstream: they
 * write what they are given.
 */
@NullMarked
package io.pushmanager.core.link;

import org.jspecify.annotations.NullMarked;
