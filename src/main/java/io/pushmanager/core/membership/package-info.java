/**
 * Which processes there are, as a registry such as etcd tells it.
 *
 * <p>Start at {@link io.pushmanager.core.membership.Membership}: it decides when a node is up, in doubt, or gone.
 * {@link io.pushmanager.core.membership.KeyMirror} stands before it and turns lists and watch events into changes.
 *
 * <p>Upstream: discovery. Downstream: nobody; the actions are values.
 */
@NullMarked
package io.pushmanager.core.membership;

import org.jspecify.annotations.NullMarked;
