/**
 * Which nodes hold which rooms and users, and for how long a manager may rely on it: hashes, versions and leases, without I/O and
 * without a clock. A manager's side starts at {@link io.pushmanager.core.interest.InterestTable}.
 *
 * <p>Upstream: {@code core.fanout}, {@code nodeclient}, {@code connect}. Downstream: nothing.
 */
@NullMarked
package io.pushmanager.core.interest;

import org.jspecify.annotations.NullMarked;
