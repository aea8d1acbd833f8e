package io.pushmanager.ingress;

import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Limits;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.wire.MetadataKeys;
import io.pushmanager.wire.PushRequests;
import io.pushmanager.wire.PushRequests.Arrival;
import io.pushmanager.wire.PushRequests.Checked;
import io.pushmanager.wire.PushRequests.Invalid;
import io.pushmanager.wire.grpc.GrpcEndpoint;
import io.pushmanager.wire.json.PushJson;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * {@code POST /v1/push}: a push as JSON, answered as JSON.
 *
 * <p><b>Bound:</b> {@value #MAX_BODY_BYTES} bytes of body. <b>Time:</b> body and push together have 5 s.
 * <b>Thread:</b> the request's event loop.
 */
final class HttpPush {

    static final String PATH = "/v1/push";

    private static final int MAX_BODY_BYTES = Limits.MAX_GRPC_MESSAGE_BYTES;
    private static final long TIMEOUT_MILLIS = TimeUnit.NANOSECONDS.toMillis(GrpcEndpoint.DEFAULT_TIMEOUT_NANOS);

    private final Vertx vertx;
    private final PushRequests requests;
    private final PushDispatcher dispatcher;
    private final Clocks clocks;
    private final Meters meters;

    HttpPush(Vertx vertx, PushRequests requests, PushDispatcher dispatcher, Clocks clocks, Meters meters) {
        this.vertx = vertx;
        this.requests = requests;
        this.dispatcher = dispatcher;
        this.clocks = clocks;
        this.meters = meters;
    }

    void serveAt(GrpcEndpoint endpoint) {
        endpoint.route(PATH, this::handle);
    }

    private void handle(HttpServerRequest request) {
        HttpAnswer answer = new HttpAnswer(vertx, request, clocks, meters);
        if (!request.method().equals(HttpMethod.POST)) {
            request.response().putHeader("allow", "POST");
            answer.refuse(405, PushError.of(ErrorCode.UNIMPLEMENTED, "METHOD_NOT_ALLOWED", "only POST pushes"));
        } else if (!isJson(String.valueOf(request.getHeader("content-type"))) || isEncoded(request)) {
            answer.refuse(
                    415,
                    PushError.of(
                            ErrorCode.INVALID_ARGUMENT,
                            "UNSUPPORTED_CONTENT_TYPE",
                            "the body must be application/json in UTF-8, not compressed"));
        } else if (declaredLength(request) > MAX_BODY_BYTES) {
            answer.refuse(413, tooLarge());
        } else {
            read(request, answer);
        }
    }

    private void read(HttpServerRequest request, HttpAnswer answer) {
        long timer = vertx.setTimer(
                TIMEOUT_MILLIS,
                late -> answer.refuse(
                        request.isEnded() ? 504 : 408,
                        PushError.of(ErrorCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", "not done within 5 s")));
        answer.onEnd(() -> vertx.cancelTimer(timer));
        BodyBytes body = new BodyBytes(MAX_BODY_BYTES);
        request.handler(chunk -> {
            if (!body.append(chunk)) {
                answer.refuse(413, tooLarge());
            }
        });
        request.endHandler(end -> {
            if (answer.isOpen()) {
                String traceparent = request.getHeader(MetadataKeys.TRACEPARENT);
                Arrival arrival = new Arrival(Api.HTTP, answer.deadlineNanos(), traceparent);
                dispatcher.push(new PushDispatcher.Caller() {
                    @Override
                    public Checked check() {
                        return HttpPush.this.check(body.toBytes(), arrival);
                    }

                    @Override
                    public void accept(PushAnswer given) {
                        answer.end(given);
                    }
                });
            }
        });
    }

    private Checked check(byte[] body, Arrival arrival) {
        PushJson.Parsed parsed = PushJson.parse(body);
        return parsed instanceof PushJson.Push push
                ? requests.item(push.request(), arrival)
                : new Invalid(((PushJson.Malformed) parsed).error());
    }

    private static boolean isJson(String contentType) {
        String type = contentType.toLowerCase(Locale.ROOT).replace(" ", "").replace("\"", "");
        return type.equals("application/json") || type.equals("application/json;charset=utf-8");
    }

    private static boolean isEncoded(HttpServerRequest request) {
        String encoding = request.getHeader("content-encoding");
        return encoding != null && !encoding.equalsIgnoreCase("identity");
    }

    private static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader("content-length");
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    private static PushError tooLarge() {
        return PushError.of(
                ErrorCode.INVALID_ARGUMENT,
                "BODY_TOO_LARGE",
                "the body is over the limit of " + MAX_BODY_BYTES + " bytes");
    }

    /** What came in so far; lets go of all of it once it is too much. */
    private static final class BodyBytes {
        private final int max;
        private Buffer bytes = Buffer.buffer();

        BodyBytes(int max) {
            this.max = max;
        }

        boolean append(Buffer chunk) {
            if (bytes.length() + chunk.length() > max) {
                bytes = Buffer.buffer();
                return false;
            }
            bytes.appendBuffer(chunk);
            return true;
        }

        byte[] toBytes() {
            return bytes.getBytes();
        }
    }
}
