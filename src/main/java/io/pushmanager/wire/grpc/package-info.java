/**
 * What every gRPC server of ours has in common. Start at {@link io.pushmanager.wire.grpc.GrpcEndpoint}.
 *
 * <p>Upstream: callers on the network. Downstream: the handlers that a feature gives to its endpoint.
 */
@NullMarked
package io.pushmanager.wire.grpc;

import org.jspecify.annotations.NullMarked;
