package io.pushmanager.app;

import io.vertx.core.Future;
import java.net.BindException;

/** Makes the failure to take a port say which one. */
final class Ports {

    private Ports() {}

    static <T> Future<T> naming(Future<T> listening, String key, String host, int port) {
        return listening.recover(failure -> Future.failedFuture(
                isBindFailure(failure)
                        ? new IllegalStateException(
                                "cannot listen on " + host + ":" + port + " (" + key + "): " + failure.getMessage(),
                                failure)
                        : failure));
    }

    private static boolean isBindFailure(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            // The native transport has its own exception, which says "bind(..) failed".
            if (cause instanceof BindException
                    || String.valueOf(cause.getMessage()).contains("bind(")) {
                return true;
            }
        }
        return false;
    }
}
