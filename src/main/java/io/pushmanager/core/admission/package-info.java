/**
 * Who may bring how much, and when a process has had enough. Start at {@link io.pushmanager.core.admission.FairShare}.
 *
 * <p>Upstream: ingress, and the watch over this process's own means. Downstream: nothing.
 */
@NullMarked
package io.pushmanager.core.admission;

import org.jspecify.annotations.NullMarked;
