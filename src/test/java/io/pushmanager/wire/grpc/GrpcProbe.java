package io.pushmanager.wire.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.rpc.Status;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A gRPC client that can misbehave: bare HTTP/2, any header, any bytes. Blocks the test's thread, never an event loop. */
public final class GrpcProbe {

    private final HttpClient http;
    private final int port;

    public GrpcProbe(Vertx vertx, int port) {
        this(vertx, port, "127.0.0.1");
    }

    /** @param from the loopback address that it calls from */
    public GrpcProbe(Vertx vertx, int port, String from) {
        this.http = vertx.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setLocalAddress(from));
        this.port = port;
    }

    public static Buffer frame(MessageLite message) {
        return frame(0, message.toByteArray());
    }

    public static Buffer frame(int flag, byte[] payload) {
        return Buffer.buffer().appendByte((byte) flag).appendInt(payload.length).appendBytes(payload);
    }

    /** Sends {@code body} whole and waits for the end of the answer. */
    public Reply call(String path, Map<String, String> headers, Buffer body) {
        return await(open(path, headers).compose(request -> {
            Future<Reply> reply = request.response().compose(response -> {
                Buffer received = Buffer.buffer();
                response.handler(received::appendBuffer);
                return response.end()
                        .map(end ->
                                new Reply(response.statusCode(), response.headers(), response.trailers(), received));
            });
            return request.end(body).transform(sent -> reply);
        }));
    }

    public Reply call(String path, MessageLite message) {
        return call(path, Map.of(), frame(message));
    }

    public Future<HttpClientRequest> open(String path, Map<String, String> headers) {
        Map<String, String> all = new LinkedHashMap<>(Map.of("content-type", "application/grpc", "te", "trailers"));
        all.putAll(headers);
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI(path);
        return http.request(options).onSuccess(request -> all.forEach(request::putHeader));
    }

    public static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(15, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** What came back; the gRPC status wherever it stood. */
    public record Reply(int httpStatus, MultiMap headers, MultiMap trailers, Buffer body) {

        public int grpcStatus() {
            String status = either("grpc-status");
            return status == null ? -1 : Integer.parseInt(status);
        }

        public String grpcMessage() {
            return String.valueOf(either("grpc-message"));
        }

        public Status details() {
            try {
                String details = either("grpc-status-details-bin");
                return details == null
                        ? Status.getDefaultInstance()
                        : Status.parseFrom(Base64.getDecoder().decode(details));
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Every message of the answer. */
        public <T> List<T> messages(Parser<T> parser) {
            List<T> messages = new ArrayList<>();
            int at = 0;
            while (at < body.length()) {
                int length = body.getInt(at + 1);
                try {
                    messages.add(parser.parseFrom(body.getBytes(at + 5, at + 5 + length)));
                } catch (InvalidProtocolBufferException e) {
                    throw new IllegalStateException(e);
                }
                at += 5 + length;
            }
            return messages;
        }

        private String either(String name) {
            String trailer = trailers.get(name);
            return trailer != null ? trailer : headers.get(name);
        }
    }
}
