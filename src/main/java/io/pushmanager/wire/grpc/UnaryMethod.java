package io.pushmanager.wire.grpc;

import io.vertx.core.Future;

/** The logic of a unary method. */
@FunctionalInterface
public interface UnaryMethod<Q, R> {

    /** A future that fails with a {@link PushErrorException} answers that error; any other failure answers INTERNAL. */
    Future<R> handle(Q request, GrpcCall<Q, R> call);
}
