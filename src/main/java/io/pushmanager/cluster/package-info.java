/**
 * The clustered event bus: how a process joins it, notices that it is no longer reached, and leaves. Start at {@link
 * io.pushmanager.cluster.ClusterVerticle}; an application that is not a Push-Manager joins with {@link
 * io.pushmanager.cluster.PushCluster}.
 *
 * <p>Upstream: app, and applications that push from other JVMs. Downstream: Hazelcast, through Vert.x.
 */
@NullMarked
package io.pushmanager.cluster;

import org.jspecify.annotations.NullMarked;
