/**
 * How processes find one another: through etcd, or inside one JVM.
 *
 * <p>Start at {@link io.pushmanager.discovery.EtcdDiscoveryVerticle}; {@link io.pushmanager.discovery.EtcdPrefixWatch}
 * keeps a copy of a prefix, {@link io.pushmanager.discovery.Registrar} keeps a process registered. What is up and what
 * is down is decided in {@code core.membership}.
 *
 * <p>Upstream: etcd, node clients' link states. Downstream: supervisor, fan-out, admin, over the bus.
 */
@NullMarked
package io.pushmanager.discovery;

import org.jspecify.annotations.NullMarked;
