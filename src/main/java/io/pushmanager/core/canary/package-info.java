/**
 * When a member of a cluster is no longer reached by the others, and what it does about it. Start at {@link
 * io.pushmanager.core.canary.Canary}.
 *
 * <p>Upstream: what the member sees of itself, every two seconds. Downstream: registering again, joining again.
 */
@NullMarked
package io.pushmanager.core.canary;

import org.jspecify.annotations.NullMarked;
