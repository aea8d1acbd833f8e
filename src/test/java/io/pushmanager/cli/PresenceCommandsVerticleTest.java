package io.pushmanager.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pushmanager.bus.Bus;
import io.pushmanager.controller.ControllerConfig;
import io.pushmanager.controller.ControllerVerticle;
import io.pushmanager.controller.RedisConfig;
import io.pushmanager.controller.StoreKind;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.JoinRoomRequest;
import io.pushmanager.telemetry.Health;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.wire.grpc.GrpcProbe;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code rooms} and {@code users} against a Controller. */
@Timeout(60)
class PresenceCommandsVerticleTest {

    private final CapturedCli cli = new CapturedCli();
    private final Vertx vertx = Vertx.vertx();
    private final ControllerVerticle controller = new ControllerVerticle(
            new ControllerConfig(
                    "127.0.0.1",
                    0,
                    "c",
                    Duration.ofSeconds(10),
                    Duration.ofMinutes(1),
                    0,
                    StoreKind.MEMORY,
                    new RedisConfig("", "", "", Duration.ZERO)),
            Bus.of(vertx),
            new Clocks(System::nanoTime, System::currentTimeMillis),
            new Health(),
            new Meters(new SimpleMeterRegistry()),
            "i");
    private String address = "";

    @BeforeEach
    void startController() {
        GrpcProbe.await(vertx.deployVerticle(controller));
        address = "127.0.0.1:" + controller.port();
        join("alice", "Alice\u202E", "room-1");
        join("bob", "", "room-1");
        join("bob", "", "room-2");
    }

    @AfterEach
    void close() {
        GrpcProbe.await(vertx.close());
    }

    private void join(String user, String name, String room) {
        GrpcProbe.Reply reply = new GrpcProbe(vertx, controller.port())
                .call(
                        "/pubsub.ControllerService/JoinRoom",
                        JoinRoomRequest.newBuilder()
                                .setUserId(user)
                                .setUserName(name)
                                .setRoomId(room)
                                .setNodeId("node-1")
                                .putMetadata("k", user)
                                .build());
        assertThat(reply.grpcStatus()).isZero();
    }

    @Test
    void roomsAreATable() {
        assertThat(cli.run("rooms", "--address", address)).isZero();
        assertThat(cli.out().lines()).containsExactly("ROOM    USERS", "room-1  2", "room-2  1");
    }

    @Test
    void aRoomsUsersAreATableWithoutControlCharacters() {
        assertThat(cli.run("rooms", "room-1", "--controller", address)).isZero();
        assertThat(cli.out().lines().toList())
                .satisfiesExactly(
                        heading -> assertThat(heading).matches("USER +NAME +NODE +JOINED +METADATA"),
                        alice -> assertThat(alice).matches("alice +Alice\\\\u202e +node-1 +[-0-9]+ [:0-9]+ +k=alice"),
                        bob -> assertThat(bob).startsWith("bob"));
    }

    @Test
    void longListsAreCutAndSaySo() {
        assertThat(cli.run("users", "--limit", "1", "--address", address)).isZero();
        assertThat(cli.out().lines()).hasSize(2);
        assertThat(cli.err()).isEqualTo("1 of 2 users; --limit shows more\n");
    }

    @Test
    void theSameAsJson() {
        assertThat(cli.run("rooms", "--json", "--address", address)).isZero();
        assertThat(new JsonObject(cli.out()).getInteger("total")).isEqualTo(2);
    }

    @Test
    void aUserIsShownWithNodeAndRooms() {
        assertThat(cli.run("users", "bob", "--address", address)).isZero();
        assertThat(cli.out()).contains("node-1").contains("room-1 room-2");
        assertThat(cli.run("users", "nobody", "--address", address)).isZero();
        assertThat(cli.err()).isEqualTo("nobody is not online\n");
    }

    @Test
    void exitCodesAreThoseOfTheOtherCommands() {
        assertThat(cli.run("rooms", "--address", "127.0.0.1:1")).isEqualTo(3);
        assertThat(cli.err()).startsWith("No Controller-Manager answers at 127.0.0.1:1");
        assertThat(cli.run("rooms", "--address", "nonsense")).isEqualTo(2);
        assertThat(cli.run("rooms", "", "--address", address)).isEqualTo(2);
        assertThat(cli.run("users", "--limit", "-1", "--address", address)).isEqualTo(2);
    }
}
