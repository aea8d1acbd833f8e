package io.pushmanager.connect.inbox;

import static io.pushmanager.wire.grpc.GrpcProbe.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pushmanager.connect.hub.HubAnswer;
import io.pushmanager.connect.hub.HubPush;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.protocol.BroadCastReply;
import io.pushmanager.proto.protocol.BroadCastReq;
import io.pushmanager.proto.protocol.Proto;
import io.pushmanager.proto.pubsub.PushMessageBatchReply;
import io.pushmanager.proto.pubsub.PushMessageBatchRequest;
import io.pushmanager.proto.pubsub.PushOptions;
import io.pushmanager.telemetry.Health;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.Tracing;
import io.pushmanager.wire.grpc.GrpcProbe;
import io.pushmanager.wire.grpc.GrpcProbe.Reply;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class InboxVerticleTest {

    private static final String BATCH = "/pubsub.ConnectNodeService/PushMessageBatch";
    private static final String BROADCAST = "/protocol.PushServer/Broadcast";

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<HubPush> delivered = new CopyOnWriteArrayList<>();
    private final List<String> managers = new CopyOnWriteArrayList<>();
    private final AtomicInteger port = new AtomicInteger();
    private volatile HubAnswer answer = new HubAnswer.Delivered(new DeliveryCounts(3, 2, 1, 0, 0, 0, 0));
    private GrpcProbe probe;

    @BeforeEach
    void deploy() {
        PushSink sink = pushes -> {
            delivered.addAll(pushes);
            return Future.succeededFuture(Collections.nCopies(pushes.size(), answer));
        };
        await(vertx.deployVerticle(new InboxVerticle(
                new InboxConfig("127.0.0.1", 0, 10_000, LinkRig.CONFIG),
                new InboxIdentity("instance-1", () -> "node-1"),
                sink,
                managers::add,
                new Clocks(System::nanoTime, System::currentTimeMillis),
                new Meters(registry),
                new Health(),
                Tracing.off(),
                port::set)));
        probe = new GrpcProbe(vertx, port.get());
    }

    @AfterEach
    void close() {
        await(vertx.close());
    }

    @Test
    void deliversABatchAndAnswersItsCounts() {
        PushMessageBatchRequest request = batch().addUserIds("a")
                .addUserIds("b")
                .setMessageId("m")
                .setRoomId("r")
                .addExcludeUserIds("x")
                .build();

        Reply reply = probe.call(BATCH, request);

        assertThat(delivered).hasSize(1);
        assertThat(delivered.get(0).messageId()).isEqualTo("m");
        assertThat(delivered.get(0).target()).isEqualTo(new Target("r", List.of("a", "b"), Set.of("x")));
        assertThat(reply.messages(PushMessageBatchReply.parser())
                        .get(0)
                        .getDelivery()
                        .getDroppedSlow())
                .isEqualTo(1);
        assertThat(registry.get("connect_node_push_received")
                        .tag("has_users", "true")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void namesAPushThatItsCallerHasNotNamed() {
        probe.call(BATCH, batch().build());
        probe.call(BATCH, batch().build());

        assertThat(delivered)
                .extracting(HubPush::messageId)
                .doesNotHaveDuplicates()
                .doesNotContain("");
    }

    @Test
    void takesTheNameFromTheOptionsWhereItStandsOnlyThere() {
        probe.call(
                BATCH,
                batch().setOptions(PushOptions.newBuilder().setMessageId("m")).build());

        assertThat(delivered.get(0).messageId()).isEqualTo("m");
    }

    @Test
    void deliversToEveryoneWithoutATarget() {
        assertThat(probe.call(BATCH, batch().build()).grpcStatus()).isZero();

        assertThat(delivered.get(0).target().isEveryone()).isTrue();
    }

    @Test
    void deliversTheCompactForm() {
        Proto proto = Proto.newBuilder()
                .setRoomid("r")
                .setUserid("u")
                .setBody(ByteString.copyFromUtf8("x"))
                .build();

        Reply reply =
                probe.call(BROADCAST, BroadCastReq.newBuilder().setProto(proto).build());

        assertThat(reply.messages(BroadCastReply.parser()).get(0).getCode()).isEqualTo("0");
        assertThat(delivered.get(0).target()).isEqualTo(Target.userInRoom("u", "r"));
        assertThat(delivered.get(0).content().type()).isEqualTo("RAW");
    }

    @Test
    void refusesACallThatMeansAnotherInstance() {
        Reply reply = probe.call(BATCH, Map.of("pm-instance", "instance-0"), GrpcProbe.frame(batch().build()));

        assertThat(reply.grpcStatus()).isEqualTo(9);
        assertThat(reply.details().toString()).contains("OTHER_INSTANCE");
        assertThat(delivered).isEmpty();
    }

    @Test
    void takesACallThatMeansThisInstance() {
        Reply reply = probe.call(BATCH, Map.of("pm-instance", "instance-1"), GrpcProbe.frame(batch().build()));

        assertThat(reply.grpcStatus()).isZero();
    }

    @Test
    void notesTheManagerOfAHealthCheck() {
        probe.call(
                "/grpc.health.v1.Health/Check",
                Map.of("pm-manager", "manager-1"),
                GrpcProbe.frame(HealthCheckRequest.getDefaultInstance()));

        assertThat(managers).containsExactly("manager-1");
    }

    @Test
    void passesOnWhyTheHubRefused() {
        answer = new HubAnswer.Refused(PushError.of(ErrorCode.ALREADY_EXISTS, "MESSAGE_ID_REUSED", "other content"));

        assertThat(probe.call(BATCH, batch().build()).grpcStatus()).isEqualTo(6);
    }

    @Test
    @Tag("bad-input-1")
    void refusesABatchWithoutContent() {
        Reply reply = probe.call(BATCH, PushMessageBatchRequest.getDefaultInstance());

        assertThat(reply.grpcStatus()).isEqualTo(3);
        assertThat(reply.grpcMessage()).contains("content");
    }

    @Test
    @Tag("bad-input-8")
    void deliversToADuplicateUserOnce() {
        Reply reply = probe.call(
                BATCH, batch().addAllUserIds(Collections.nCopies(100_000, "u")).build());

        assertThat(reply.grpcStatus()).isZero();
        assertThat(delivered.get(0).target().userIds()).containsExactly("u");
    }

    @Test
    @Tag("bad-input-8")
    void capsTheUsersOfABatchAndNamesTheField() {
        List<String> users =
                IntStream.rangeClosed(0, 10_000).mapToObj(i -> "u" + i).toList();

        Reply reply = probe.call(BATCH, batch().addAllUserIds(users).build());

        assertThat(reply.grpcStatus()).isEqualTo(3);
        assertThat(reply.grpcMessage()).contains("user_ids").contains("10000");
    }

    private static PushMessageBatchRequest.Builder batch() {
        PushMessageBatchRequest.Builder batch = PushMessageBatchRequest.newBuilder();
        batch.getContentBuilder().setType("TEXT").setData("hello");
        return batch;
    }
}
