package io.pushmanager.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import com.google.rpc.Status;
import io.vertx.core.net.NetServer;
import io.vertx.grpc.common.GrpcStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code push} that is wrong, refused, or not answered: exit codes, and what they say. */
@Timeout(30)
class CommandFailureVerticleTest {

    private final AnsweringManager manager = new AnsweringManager();

    @AfterEach
    void stop() {
        manager.close();
    }

    @Test
    void errorNamesTheFieldsOfItsDetails() {
        Status details = Status.newBuilder()
                .setCode(3)
                .addDetails(Any.pack(BadRequest.newBuilder()
                        .addFieldViolations(FieldViolation.newBuilder()
                                .setField("room_id")
                                .setDescription("must not be empty\u001b[2J"))
                        .build()))
                .build();
        manager.answer = response -> {
            response.trailers()
                    .set(
                            "grpc-status-details-bin",
                            Base64.getEncoder().withoutPadding().encodeToString(details.toByteArray()));
            response.status(GrpcStatus.INVALID_ARGUMENT)
                    .statusMessage("bad push: 100 % + 1")
                    .end();
        };

        assertThat(manager.push("--room", "", "hi")).isEqualTo(2);
        assertThat(manager.cli.err())
                .isEqualTo("INVALID_ARGUMENT: bad push: 100 % + 1\n  room_id: must not be empty\\u001b[2J\n");
    }

    @Test
    void deniedIsExitCode4AndUnavailableIs1() {
        manager.answer =
                response -> response.status(GrpcStatus.PERMISSION_DENIED).end();
        assertThat(manager.push("--all", "hi")).isEqualTo(4);

        manager.answer = response -> response.status(GrpcStatus.UNAVAILABLE).end();
        assertThat(manager.push("--all", "hi")).isEqualTo(1);
    }

    @Test
    @Tag("bad-input-24")
    void unreachableServerIsExitCode3() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        manager.address = "localhost:" + free;

        assertThat(manager.push("--all", "hi")).isEqualTo(3);
        assertThat(manager.cli.err())
                .isEqualTo("No Push-Manager answers at " + manager.address + ": connection refused\n");
    }

    @Test
    @Tag("bad-input-24")
    void serverThatNeverAnswersIsExitCode3WithinTheTimeOut() throws Exception {
        NetServer silent = manager.vertx.createNetServer().connectHandler(socket -> {});
        manager.address = "localhost:"
                + silent.listen(0, "localhost")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get()
                        .actualPort();

        assertThat(manager.push("--all", "hi")).isEqualTo(3);
        assertThat(manager.cli.err()).contains("timed out");
    }

    @Test
    @Tag("bad-input-24")
    void exactlyOneTargetIsNeeded() {
        assertThat(manager.push("hi")).isEqualTo(2);
        assertThat(manager.push("--room", "r", "--user", "u", "hi")).isEqualTo(2);
        assertThat(manager.push("--user", "u", "--exclude", "v", "hi")).isEqualTo(2);
        assertThat(manager.requests).isEmpty();
    }

    @Test
    @Tag("bad-input-24")
    void missingBodyOnATerminalIsAUsageError() {
        manager.cli.inIsTerminal = true;

        assertThat(manager.push("--all")).isEqualTo(2);
        assertThat(manager.cli.err()).contains("Missing message");
    }

    @Test
    @Tag("bad-input-24")
    void bodyOverTheLimitIsAUsageErrorThatNamesIt() {
        manager.cli.in = new byte[256 * 1024 + 1];

        assertThat(manager.push("--all")).isEqualTo(2);
        assertThat(manager.cli.err()).contains("262144 bytes");
    }

    @Test
    @Tag("bad-input-24")
    void closedStandardOutputIsQuiet() {
        PrintStream closed = new PrintStream(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        });

        assertThat(manager.cli.run(closed, "push", "--address", manager.address, "--all", "hi"))
                .isZero();
        assertThat(manager.cli.err()).isEmpty();
    }
}
