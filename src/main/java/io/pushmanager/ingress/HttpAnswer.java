package io.pushmanager.ingress;

import io.pushmanager.core.message.Api;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.outcome.PushResult;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.wire.grpc.GrpcEndpoint;
import io.pushmanager.wire.json.ReplyJson;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/** The one answer to an HTTP request; what comes after the first is dropped. <b>Thread:</b> the request's event loop. */
final class HttpAnswer {

    private static final long LINGER_MILLIS = 500;

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final Clocks clocks;
    private final Meters meters;
    private final long startNanos;
    private boolean open = true;
    private Runnable onEnd = () -> {};

    HttpAnswer(Vertx vertx, HttpServerRequest request, Clocks clocks, Meters meters) {
        this.vertx = vertx;
        this.request = request;
        this.clocks = clocks;
        this.meters = meters;
        this.startNanos = clocks.nanoTime();
        request.exceptionHandler(failure -> close(ErrorCode.CANCELLED.name()));
        request.response().exceptionHandler(failure -> close(ErrorCode.CANCELLED.name()));
        request.response().closeHandler(closed -> close(ErrorCode.CANCELLED.name()));
    }

    boolean isOpen() {
        return open;
    }

    long deadlineNanos() {
        return startNanos + GrpcEndpoint.DEFAULT_TIMEOUT_NANOS;
    }

    void onEnd(Runnable handler) {
        onEnd = handler;
    }

    void end(PushAnswer answer) {
        if (answer instanceof PushResult result) {
            send(200, "OK", ReplyJson.write(result));
        } else {
            PushError error = (PushError) answer;
            send(error, error.code().httpStatus());
        }
    }

    /** For what HTTP has a status of its own. */
    void refuse(int httpStatus, PushError error) {
        send(error, httpStatus);
    }

    private void send(PushError error, int httpStatus) {
        Long retryAfterMillis = error.retryAfterMillis();
        if (open && retryAfterMillis != null) {
            long seconds = Math.max(1, (retryAfterMillis + 999) / 1_000);
            request.response().putHeader("retry-after", Long.toString(seconds));
        }
        send(httpStatus, error.code().name(), ReplyJson.write(error));
    }

    private void send(int httpStatus, String code, byte[] body) {
        if (!close(code)) {
            return;
        }
        HttpServerResponse response = request.response();
        if (hasUnreadBody() && request.version() != HttpVersion.HTTP_2) {
            // The rest of the body is dropped; a close at once could reset the connection before the answer is read.
            response.putHeader("connection", "close");
            vertx.setTimer(LINGER_MILLIS, over -> request.connection().close());
        }
        response.setStatusCode(httpStatus)
                .putHeader("content-type", "application/json")
                .putHeader("cache-control", "no-store")
                .end(Buffer.buffer(body));
    }

    private boolean hasUnreadBody() {
        String length = request.getHeader("content-length");
        boolean declared = length != null && !length.equals("0");
        return !request.isEnded() && (declared || request.headers().contains("transfer-encoding"));
    }

    private boolean close(String code) {
        if (!open) {
            return false;
        }
        open = false;
        onEnd.run();
        meters.apiRequest(Api.HTTP, code, clocks.nanoTime() - startNanos);
        return true;
    }
}
