/**
 * What the benchmarks need of the product's own classes: nodes that only count, who pushes to them, and JMH benchmarks of the inner parts.
 * Compiled by {@code mvn -Pbench test-compile} alone; no part of the jar. Start at {@link io.pushmanager.bench.CountingNodes}.
 *
 * <p>Upstream: scripts/bench. Downstream: connect.hub, connect.inbox, discovery, core.
 */
@NullMarked
package io.pushmanager.bench;

import org.jspecify.annotations.NullMarked;
