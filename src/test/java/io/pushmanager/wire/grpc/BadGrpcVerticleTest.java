package io.pushmanager.wire.grpc;

import static io.pushmanager.wire.grpc.EndpointRig.METHOD;
import static io.pushmanager.wire.grpc.EndpointRig.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.wire.grpc.GrpcProbe.Reply;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers get that do not keep to gRPC, or ask for what is not there. */
class BadGrpcVerticleTest {

    private final EndpointRig rig = new EndpointRig();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    @Tag("bad-input-2")
    void refusesAMessageOverTheTransportLimitAndKeepsTheConnection() {
        Buffer tooLarge = GrpcProbe.frame(0, new byte[GrpcEndpoint.MAX_MESSAGE_BYTES + 1]);

        Reply reply = rig.probe.call(METHOD, Map.of(), tooLarge);

        assertThat(reply.grpcStatus()).isEqualTo(8);
        assertThat(reply.grpcMessage()).contains("4194304");
        assertThat(rig.probe.call(METHOD, REQUEST).grpcStatus()).isZero();
    }

    @Test
    @Tag("bad-input-3")
    void answersGarbageWithInvalidArgument() {
        Reply reply = rig.probe.call(
                METHOD,
                Map.of(),
                GrpcProbe.frame(0, "\u00ff\u00ff not protobuf".getBytes(StandardCharsets.ISO_8859_1)));

        assertThat(reply.grpcStatus()).isEqualTo(3);
        assertThat(reply.grpcMessage()).doesNotContain("Exception").doesNotContain("\tat ");
    }

    @Test
    @Tag("bad-input-3")
    void answersAMissingMessageWithInvalidArgument() {
        assertThat(rig.probe.call(METHOD, Map.of(), Buffer.buffer()).grpcStatus())
                .isEqualTo(3);
    }

    @Test
    @Tag("bad-input-3")
    void answersASecondMessageOfAUnaryCallWithInvalidArgument() {
        Buffer twice = GrpcProbe.frame(REQUEST).appendBuffer(GrpcProbe.frame(REQUEST));

        assertThat(rig.probe.call(METHOD, Map.of(), twice).grpcStatus()).isEqualTo(3);
    }

    @ParameterizedTest
    @Tag("bad-input-3")
    @ValueSource(strings = {"/pubsub.ConnectNodeService/Nothing", "/no.Such/Method", "/", "/a", "//"})
    void answersAnUnknownMethodWithUnimplemented(String path) {
        Reply reply = rig.probe.call(path, REQUEST);

        assertThat(reply.httpStatus()).isEqualTo(200);
        assertThat(reply.grpcStatus()).isEqualTo(12);
    }

    @Test
    @Tag("bad-input-4")
    void ignoresUnknownFields() {
        Buffer unknown = GrpcProbe.frame(0, new byte[] {(byte) 0xFA, 0x7F, 0x01, 'x'});

        assertThat(rig.probe.call(METHOD, Map.of(), unknown).grpcStatus()).isZero();
    }

    @ParameterizedTest
    @Tag("bad-input-7")
    @ValueSource(strings = {"soon", "5", "S", "-1S", "123456789S", "1s", ""})
    void answersAMalformedTimeoutWithInvalidArgument(String timeout) {
        Reply reply = rig.probe.call(METHOD, Map.of("grpc-timeout", timeout), GrpcProbe.frame(REQUEST));

        assertThat(reply.grpcStatus()).isEqualTo(3);
    }

    @ParameterizedTest
    @Tag("bad-input-11")
    @ValueSource(strings = {"gzip", "deflate", "snappy"})
    void refusesEveryCompression(String encoding) {
        Reply reply = rig.probe.call(METHOD, Map.of("grpc-encoding", encoding), GrpcProbe.frame(1, new byte[100]));

        assertThat(reply.grpcStatus()).isEqualTo(12);
        assertThat(reply.headers().get("grpc-accept-encoding")).isEqualTo("identity");
    }

    @Test
    @Tag("bad-input-11")
    void answersACompressedFlagWithoutAnEncoding() {
        Reply reply = rig.probe.call(METHOD, Map.of(), GrpcProbe.frame(1, new byte[] {(byte) 0x1F, (byte) 0x8B}));

        assertThat(reply.grpcStatus()).isEqualTo(3);
    }

    @Test
    void answersAnythingButGrpcWith415() {
        assertThat(rig.probe
                        .call(METHOD, Map.of("content-type", "application/json"), Buffer.buffer("{}"))
                        .httpStatus())
                .isEqualTo(415);
    }
}
