package io.pushmanager.directory;

import static io.pushmanager.wire.grpc.GrpcProbe.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.ControllerSeen;
import io.pushmanager.bus.RouteQuery;
import io.pushmanager.config.HostPort;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.routes.NodeRef;
import io.pushmanager.core.routes.RouteAnswer;
import io.pushmanager.core.routes.RouteKey;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.LocateReply;
import io.pushmanager.proto.pubsub.LocatedNode;
import io.pushmanager.proto.pubsub.NodePlaces;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.wire.grpc.PushErrorException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DirectoryVerticleTest {

    private static final Clocks CLOCKS = new Clocks(System::nanoTime, System::currentTimeMillis);
    private static final RouteKey ROOM = new RouteKey(true, "r");
    private static final RouteKey USER = new RouteKey(false, "u");

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Bus.of(vertx);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final PlayedController first = new PlayedController(vertx, CLOCKS);
    private final PlayedController second = new PlayedController(vertx, CLOCKS);

    @AfterEach
    void close() {
        await(vertx.close());
    }

    private void deploy(HostPort... fixed) {
        deploy(Duration.ofSeconds(5), fixed);
    }

    private void deploy(Duration lookupTimeout, HostPort... fixed) {
        await(vertx.deployVerticle(new DirectoryVerticle(
                new DirectoryConfig(lookupTimeout), List.of(fixed), bus, CLOCKS, new Meters(registry))));
    }

    private Future<RouteAnswer> ask(RouteKey... keys) {
        return bus.request(Addresses.ROUTES, new RouteQuery(List.of(keys)), Duration.ofSeconds(10));
    }

    /** Rooms are at the first node, users at both; the second has not told everything. */
    private static Future<LocateReply> twoNodes() {
        return Future.succeededFuture(LocateReply.newBuilder()
                .addNodes(LocatedNode.newBuilder()
                        .setNodeId("n1")
                        .setAddress("a:1")
                        .setInstanceId("i1")
                        .setTold(true))
                .addNodes(LocatedNode.newBuilder().setNodeId("n2").setAddress("b:1"))
                .addRooms(NodePlaces.newBuilder().addNodes(0))
                .addUsers(NodePlaces.newBuilder().addNodes(0).addNodes(1))
                .build());
    }

    private double lookups(String result) {
        var counter = registry.find("push_manager_route_lookups")
                .tag("result", result)
                .counter();
        return counter == null ? 0 : counter.count();
    }

    @Test
    void asksAControllerForAllAtOnceAndKeepsTheOrderOfTheQuestion() {
        deploy(first.address());
        first.answers(request -> twoNodes());

        RouteAnswer answer = await(ask(USER, ROOM));

        NodeRef one = new NodeRef("n1", "a:1", "i1");
        assertThat(answer.holders()).containsExactly(List.of(one, new NodeRef("n2", "b:1", "")), List.of(one));
        assertThat(answer.told()).containsExactly("i:i1");
        assertThat(first.asked).hasSize(1);
        assertThat(lookups("ok")).isEqualTo(1);
        assertThat(registry.get("push_manager_route_lookup_targets").counter().count())
                .isEqualTo(2);
    }

    @Test
    @Tag("fault-16")
    void aControllerThatIsSlowIsGivenUpInTime() {
        deploy(Duration.ofSeconds(1), first.address());
        first.answers(request -> Promise.<LocateReply>promise().future());
        long started = System.nanoTime();

        assertThatThrownBy(() -> await(ask(ROOM)))
                .hasMessageContaining(first.address().toString());

        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started)).isBetween(950L, 4_000L);
        assertThat(lookups("failed")).isEqualTo(1);
        first.answers(request -> twoNodes());
        assertThat(await(ask(USER, ROOM)).holders()).as("quick again").hasSize(2);
    }

    @Test
    @Tag("fault-16")
    void aControllerThatIsAwayFailsAtOnceAndAnswersWhenItIsBack() {
        deploy(first.address());
        first.answers(request -> twoNodes());
        await(ask(ROOM));
        first.stop();

        long started = System.nanoTime();
        assertThatThrownBy(() -> await(ask(ROOM)))
                .hasMessageContaining(first.address().toString());
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started)).isLessThan(4_000);
        first.start();

        assertThat(await(ask(ROOM)).holders()).hasSize(1);
    }

    @Test
    void anotherControllerIsAskedWhenOneRefusesAndIsKeptFromThenOn() {
        deploy(first.address(), second.address());
        first.answers(request -> Future.failedFuture(new PushErrorException(
                PushError.retryable(ErrorCode.UNAVAILABLE, "STORE_AWAY", "the store of presence is away", 100))));
        second.answers(request -> twoNodes());

        await(ask(ROOM));
        await(ask(ROOM));

        assertThat(first.asked).hasSize(1);
        assertThat(second.asked).hasSize(2);
    }

    @Test
    @Tag("fault-16")
    void aControllerThatIsSlowLeavesTimeForAnother() {
        deploy(Duration.ofSeconds(2), first.address(), second.address());
        first.answers(request -> Promise.<LocateReply>promise().future());
        second.answers(request -> twoNodes());

        assertThat(await(ask(ROOM)).holders()).hasSize(1);
        long started = System.nanoTime();
        await(ask(ROOM));

        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started))
                .as("the one that answered is asked first")
                .isLessThan(900);
    }

    @Test
    void anAnswerThatIsNoneIsAFailure() {
        deploy(first.address());
        first.answers(request -> Future.succeededFuture(LocateReply.getDefaultInstance()));
        assertThatThrownBy(() -> await(ask(ROOM))).hasMessageContaining("fewer places");

        first.answers(request -> Future.succeededFuture(LocateReply.newBuilder()
                .addRooms(NodePlaces.newBuilder().addNodes(7))
                .build()));
        assertThatThrownBy(() -> await(ask(ROOM))).hasMessageContaining("not in the list");
    }

    @Test
    void controllersComeAndGoWithTheRegistry() {
        deploy();
        first.answers(request -> twoNodes());
        assertThatThrownBy(() -> await(ask(ROOM))).hasMessageContaining("no Controller is known");

        bus.publish(Addresses.CONTROLLERS, new ControllerSeen(first.address().toString(), true));
        assertThat(await(ask(ROOM)).holders()).hasSize(1);

        bus.publish(Addresses.CONTROLLERS, new ControllerSeen(first.address().toString(), false));
        assertThatThrownBy(() -> await(ask(ROOM))).hasMessageContaining("no Controller is known");
    }
}
