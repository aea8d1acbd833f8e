package io.pushmanager.connect.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import io.pushmanager.connect.inbox.InterestRig.Client;
import io.pushmanager.connect.inbox.InterestRig.Manager;
import io.pushmanager.proto.pubsub.ConnectionAction;
import io.pushmanager.proto.pubsub.Delivery;
import io.pushmanager.proto.pubsub.ExplainDeliveryReply;
import io.pushmanager.proto.pubsub.ExplainDeliveryRequest;
import io.pushmanager.proto.pubsub.LinkAck;
import io.pushmanager.proto.pubsub.LinkBatch;
import io.pushmanager.proto.pubsub.LinkPush;
import io.pushmanager.proto.pubsub.ManagerFrame;
import io.pushmanager.proto.pubsub.NodeDelivery;
import io.pushmanager.proto.pubsub.NodeFrame;
import io.pushmanager.proto.pubsub.PushMessageBatchReply;
import io.pushmanager.proto.pubsub.PushMessageBatchRequest;
import io.pushmanager.wire.grpc.GrpcProbe.Reply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an operator does at a whole node, as a manager asks for it; and what the node says of its pushes afterwards. */
class ActionVerticleTest {

    private static final String BATCH = "/pubsub.ConnectNodeService/PushMessageBatch";
    private static final String EXPLAIN = "/pubsub.ConnectNodeService/ExplainDelivery";

    private final InterestRig rig = new InterestRig();

    @AfterEach
    void close() {
        rig.close();
    }

    /** Whoever hears that it is done may push to the room. */
    @Test
    void theManagerHearsOfTheRoomBeforeItHearsThatTheUserIsInIt() {
        Manager manager = rig.manager();
        rig.client("user_id=alice").next();
        manager.hears("alice"); // two frames that it does not acknowledge: the next would rather wait
        rig.client("user_id=bob").next();
        manager.hears("bob");

        send(manager, 1, action().setMessageId("j").addUserIds("alice"), join("club"));

        List<NodeFrame> frames = new ArrayList<>();
        do {
            frames.add(manager.raw.next());
        } while (!frames.get(frames.size() - 1).hasAck());
        assertThat(frames.get(frames.size() - 1).getAck().getResults(0).getMatched(0))
                .isEqualTo(1);
        assertThat(frames).anySatisfy(frame -> assertThat(frame.getInterest().getRoomsAddedList())
                .contains(InterestRig.hash("club")));
    }

    @Test
    void theClientHearsOfItsRoomOnceTheManagerHasAcknowledged() {
        Manager manager = rig.manager().leased();
        Client client = rig.client("user_id=alice");
        manager.acknowledge(manager.hears("alice"));
        assertThat(client.nextType()).isEqualTo("welcome");

        send(manager, 1, action().addUserIds("alice"), join("club"));
        var told = manager.hears("club");
        assertThat(manager.raw.next().hasAck()).isTrue();
        assertThat(client.typesUntilPong()).isEmpty();
        manager.acknowledge(told);

        assertThat(client.next().encode()).isEqualTo("{\"type\":\"joined\",\"room_id\":\"club\"}");
    }

    @Test
    void aDryRunByACallCountsAndWritesNothing() {
        Client client = rig.client("user_id=alice&room_id=r");
        client.next();

        Reply byAction = rig.probe.call(
                BATCH,
                PushMessageBatchRequest.newBuilder()
                        .setRoomId("r")
                        .setAction(ConnectionAction.newBuilder().setCount(ConnectionAction.Count.getDefaultInstance()))
                        .build());
        PushMessageBatchRequest.Builder byOption = RawManager.push("x").setRoomId("r");
        byOption.getOptionsBuilder().setDryRun(true);

        for (Reply reply : List.of(byAction, rig.probe.call(BATCH, byOption.build()))) {
            assertThat(reply.messages(PushMessageBatchReply.parser()).get(0).getDelivery())
                    .isEqualTo(Delivery.newBuilder().setMatched(1).build());
        }
        assertThat(client.typesUntilPong()).isEmpty();
    }

    @Test
    void anActionOfALaterVersionIsRefusedAndNotTakenForAPush() {
        Manager manager = rig.manager();
        Client client = rig.client("user_id=alice");
        client.next();
        manager.hears("alice");

        // A push with content beside it, as if somebody had filled in both.
        PushMessageBatchRequest.Builder both = RawManager.push("x").addUserIds("alice");
        send(manager, 1, both, ConnectionAction.getDefaultInstance());

        LinkAck ack = manager.raw.next().getAck();
        assertThat(ack.getResults(0).getDetails(0).getCode()).isEqualTo(12);
        assertThat(client.typesUntilPong()).isEmpty();
    }

    @Test
    void whatIsWrongWithAnActionIsNamed() {
        Reply reply = rig.probe.call(
                BATCH,
                PushMessageBatchRequest.newBuilder()
                        .addUserIds("alice")
                        .setAction(ConnectionAction.newBuilder()
                                .setDisconnect(ConnectionAction.Disconnect.newBuilder()
                                        .setCloseCode(1000)
                                        .setReason("x".repeat(124))))
                        .build());

        assertThat(reply.grpcStatus()).isEqualTo(3);
        assertThat(reply.grpcMessage()).contains("action.disconnect.close_code", "action.disconnect.reason");
    }

    @Test
    void saysWhenAPushCameAndWent() {
        Client client = rig.client("user_id=alice");
        client.next();
        rig.probe.call(
                BATCH,
                RawManager.push("x").addUserIds("alice").setMessageId("m1").build());
        client.next();

        NodeDelivery delivery = explain("m1").getDeliveries(0);

        assertThat(delivery.hasWritten()).isTrue();
        assertThat(delivery.hasFlushed()).isTrue();
        assertThat(Durations.toNanos(delivery.getFlushed()))
                .isBetween(Durations.toNanos(delivery.getWritten()), Durations.toNanos(delivery.getAge()));
        assertThat(explain("never").getDeliveriesCount()).isZero();
        rig.probe.call(
                BATCH,
                RawManager.push("x").addUserIds("nobody").setMessageId("m2").build());
        assertThat(explain("m2").getDeliveries(0).hasFlushed()).isFalse();
    }

    private ExplainDeliveryReply explain(String messageId) {
        return rig.probe
                .call(
                        EXPLAIN,
                        ExplainDeliveryRequest.newBuilder()
                                .setMessageId(messageId)
                                .build())
                .messages(ExplainDeliveryReply.parser())
                .get(0);
    }

    private static PushMessageBatchRequest.Builder action() {
        return PushMessageBatchRequest.newBuilder();
    }

    private static ConnectionAction join(String room) {
        return ConnectionAction.newBuilder()
                .setJoin(ConnectionAction.Join.newBuilder().setRoomId(room))
                .build();
    }

    private static void send(
            Manager manager, long id, PushMessageBatchRequest.Builder request, ConnectionAction action) {
        manager.raw.send(ManagerFrame.newBuilder()
                .setBatch(LinkBatch.newBuilder()
                        .setFirstId(id)
                        .addPushes(LinkPush.newBuilder().setPush(request.setAction(action)))));
    }
}
