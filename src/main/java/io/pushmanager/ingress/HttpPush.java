package io.pushmanager.ingress;

import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Limits;
import io.pushmanager.core.message.PushMessage;
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
import io.pushmanager.wire.grpc.GrpcPeer;
import io.pushmanager.wire.json.PushJson;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * {@code POST /v1/push}: a push as JSON, answered as JSON.
 *
 * <p><b>Bound:</b> {@value #MAX_BODY_BYTES} bytes of body, and the bytes that the {@link IngressGate} has left. <b>Time:</b> body and push together have 5 s.
 * <b>Thread:</b> the request's event loop.
 */
final class HttpPush {

    static final String PATH = "/v1/push";

    private static final int MAX_BODY_BYTES = Limits.MAX_GRPC_MESSAGE_BYTES;
    private static final long TIMEOUT_MILLIS = TimeUnit.NANOSECONDS.toMillis(GrpcEndpoint.DEFAULT_TIMEOUT_NANOS);

    private final Vertx vertx;
    private final GrpcEndpoint endpoint;
    private final PushRequests requests;
    private final IngressGate gate;
    private final PushDispatcher dispatcher;
    private final Clocks clocks;
    private final Meters meters;

    HttpPush(
            Vertx vertx,
            GrpcEndpoint endpoint,
            PushRequests requests,
            IngressGate gate,
            PushDispatcher dispatcher,
            Clocks clocks,
            Meters meters) {
        this.vertx = vertx;
        this.endpoint = endpoint;
        this.requests = requests;
        this.gate = gate;
        this.dispatcher = dispatcher;
        this.clocks = clocks;
        this.meters = meters;
    }

    void serve() {
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
            answer.refuse(413, HttpBody.tooLarge(MAX_BODY_BYTES));
        } else {
            read(request, answer);
        }
    }

    private void read(HttpServerRequest request, HttpAnswer answer) {
        GrpcPeer peer = endpoint.peer(request);
        CallerAccount account = gate.caller(peer);
        peer.began();
        long timer = vertx.setTimer(
                TIMEOUT_MILLIS,
                late -> answer.refuse(
                        request.isEnded() ? 504 : 408,
                        PushError.of(ErrorCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", "not done within 5 s")));
        HttpBody body = new HttpBody(gate, account, MAX_BODY_BYTES);
        answer.onEnd(() -> {
            vertx.cancelTimer(timer);
            body.letGo();
            peer.ended(clocks.nanoTime());
        });
        request.handler(chunk -> {
            if (!answer.isOpen()) {
                return;
            }
            PushError full = body.append(chunk);
            if (full != null) {
                answer.refuse(body.isTooLarge() ? 413 : full.code().httpStatus(), full);
            }
        });
        request.endHandler(end -> {
            if (answer.isOpen()) {
                String traceparent = request.getHeader(MetadataKeys.TRACEPARENT);
                Arrival arrival = new Arrival(Api.HTTP, answer.deadlineNanos(), traceparent);
                dispatcher.push(new PushDispatcher.Caller() {
                    @Override
                    public CallerAccount account() {
                        return account;
                    }

                    @Override
                    public int size() {
                        return PushMessage.OVERHEAD_BYTES; // the body is counted already
                    }

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
}
