package io.pushmanager.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.ExplainAnswer;
import io.pushmanager.bus.NodeExplainAnswer;
import io.pushmanager.bus.NodeExplainAnswer.Said;
import io.pushmanager.bus.NodeExplainQuery;
import io.pushmanager.core.explain.HopRow;
import io.pushmanager.core.explain.Kept;
import io.pushmanager.core.explain.NodeDelivery;
import io.pushmanager.core.explain.PushTrail;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Action;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import io.pushmanager.core.outcome.PushResult;
import io.pushmanager.proto.pubsub.AddUserToRoomRequest;
import io.pushmanager.proto.pubsub.ConnectionCounts;
import io.pushmanager.proto.pubsub.DisconnectUserRequest;
import io.pushmanager.proto.pubsub.ExplainPushReply;
import io.pushmanager.proto.pubsub.ExplainPushRequest;
import io.pushmanager.proto.pubsub.NodeTrail;
import io.pushmanager.proto.pubsub.OperatorReply;
import io.pushmanager.wire.grpc.GrpcProbe.Reply;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** ExplainPush and the operator's calls, with fan-out and node clients played. */
class ExplainVerticleTest {

    private static final long MILLI = 1_000_000;

    private final IngressFixture ingress = new IngressFixture(100, 100);
    private final AtomicReference<NodeExplainQuery> asked = new AtomicReference<>();
    private long start;
    private volatile ExplainAnswer fanOut = new ExplainAnswer(true, List.of(), Kept.NOTHING);
    private volatile NodeExplainAnswer nodes = new NodeExplainAnswer(List.of(), Map.of());

    @BeforeEach
    void play() {
        start = System.nanoTime() - 10_000 * MILLI;
        ingress.bus.answer(Addresses.EXPLAIN, query -> Future.succeededFuture(fanOut));
        ingress.bus.answer(Addresses.EXPLAIN_NODES, query -> {
            asked.set(query);
            return Future.succeededFuture(nodes);
        });
    }

    @AfterEach
    void close() {
        ingress.close();
    }

    @Test
    void putsTogetherWhatEachOneKnows() {
        NodeReport good = NodeReport.reported("n1", new DeliveryCounts(2, 2, 0, 0, 0, 0, 0));
        NodeReport full = NodeReport.rejected("n2", Outcome.REJECTED_FULL, "the node's mailbox is full");
        fanOut = known(AckLevel.DELIVERED, new PushTrail.Part("c1", good), new PushTrail.Part("c2", full));
        long now = System.nanoTime();
        long received = start + 5 * MILLI;
        nodes = new NodeExplainAnswer(
                List.of(new HopRow(7, "", "c1", start + 2 * MILLI, true, start + 4 * MILLI, start + 9 * MILLI, good)),
                Map.of(
                        "c1",
                        new Said(
                                now,
                                now + MILLI,
                                List.of(
                                        new NodeDelivery(5, 1, 1), // another time, long after
                                        new NodeDelivery(now + MILLI / 2 - received, 2 * MILLI, 3 * MILLI)),
                                ""),
                        "c2",
                        new Said(now, now, List.of(), "not connected: refused")));

        ExplainPushReply reply = explain();

        assertThat(asked.get()).isEqualTo(new NodeExplainQuery("m", List.of(7L), Set.of("c1", "c2")));
        var trail = reply.getTrails(0);
        assertThat(trail.getApi()).isEqualTo("PushToRoom");
        assertThat(Durations.toMillis(trail.getFanOut())).isEqualTo(1);
        assertThat(Durations.toMillis(trail.getAnswered())).isEqualTo(10);
        NodeTrail first = trail.getNodes(0);
        assertThat(Durations.toMillis(first.getMailbox())).isEqualTo(2);
        assertThat(Durations.toMillis(first.getSent())).isEqualTo(4);
        assertThat(Durations.toMicros(first.getReceived())).isBetween(4_500L, 5_500L);
        assertThat(Durations.toMicros(first.getNodeClockError())).isBetween(0L, 501L);
        assertThat(Durations.toMillis(Durations.subtract(first.getWritten(), first.getReceived())))
                .isEqualTo(2);
        assertThat(Durations.toMillis(Durations.subtract(first.getFlushed(), first.getReceived())))
                .isEqualTo(3);
        assertThat(Durations.toMillis(first.getEnded())).isEqualTo(9);
        assertThat(first.getDelivery().getWritten()).isEqualTo(2);
        NodeTrail second = trail.getNodes(1);
        assertThat(second.getReason()).isEqualTo("the node's mailbox is full");
        assertThat(second.getNodeSilent()).isEqualTo("not connected: refused");
        assertThat(second.hasSent()).isFalse();
    }

    @Test
    void anAcceptedCopyThatWasLostLaterSaysWhy() {
        NodeReport lost = NodeReport.unreported("n1", Outcome.FAILED, "given up: the node died");
        fanOut = known(AckLevel.ACCEPTED, new PushTrail.Part("c1", NodeReport.accepted("n1")));
        nodes = new NodeExplainAnswer(
                List.of(new HopRow(7, "m", "c1", start, false, Long.MIN_VALUE, start + MILLI, lost)), Map.of());

        NodeTrail node = explain().getTrails(0).getNodes(0);

        assertThat(node.getOutcome()).isEqualTo(io.pushmanager.proto.pubsub.Outcome.OUTCOME_FAILED);
        assertThat(node.getReason()).isEqualTo("given up: the node died");
        assertThat(node.getNodeSilent()).isEqualTo("its client is gone");
    }

    @Test
    void whatOnlyANodeClientStillKnowsIsTold() {
        NodeReport lost = NodeReport.unreported("n1", Outcome.TIMED_OUT, "the node did not answer in time");
        nodes = new NodeExplainAnswer(
                List.of(new HopRow(7, "m", "c1", start, true, start + MILLI, start + 6 * MILLI, lost)), Map.of());

        var trail = explain().getTrails(0);

        assertThat(trail.hasReceivedAt()).isFalse();
        assertThat(Durations.toMillis(trail.getNodes(0).getEnded())).isEqualTo(6);
    }

    @Test
    void whatNobodyKnowsIsNotFoundAndSaysHowMuchIsKept() {
        fanOut = new ExplainAnswer(true, List.of(), new Kept(17, 3, 4, System.nanoTime() - 2_000 * MILLI));

        Reply reply = call("m");

        assertThat(reply.grpcStatus()).isEqualTo(5);
        assertThat(reply.grpcMessage()).contains("last 17 pushes, of 2.", "3 slow and 4 failed");
    }

    @Test
    void aManagerThatKeepsNothingSaysSo() {
        fanOut = new ExplainAnswer(false, List.of(), Kept.NOTHING);

        assertThat(call("m").grpcStatus()).isEqualTo(9);
        assertThat(call("").grpcMessage()).contains("message_id");
    }

    @Test
    void anOperatorsCallGoesTheWayOfAPush() {
        ingress.fanOut = message -> Future.succeededFuture(new PushResult(
                message.messageId(),
                1,
                0,
                new DeliveryCounts(4, 1, 1, 0, 2, 0, 0),
                List.of(NodeReport.reported("n1", new DeliveryCounts(4, 1, 1, 0, 2, 0, 0))),
                false));

        OperatorReply reply = ingress.probe()
                .call(
                        "/pubsub.OperatorService/AddUserToRoom",
                        AddUserToRoomRequest.newBuilder()
                                .setUserId("u")
                                .setRoomId("r")
                                .setMessageId("id-1")
                                .build())
                .messages(OperatorReply.parser())
                .get(0);

        ConnectionCounts counts = ConnectionCounts.newBuilder()
                .setMatched(4)
                .setChanged(1)
                .setUnchanged(2)
                .setRefused(1)
                .build();
        assertThat(reply.getConnections()).isEqualTo(counts);
        assertThat(reply.getNodes(0).getConnections()).isEqualTo(counts);
        assertThat(ingress.pushed).singleElement().satisfies(push -> {
            assertThat(push.action()).isEqualTo(new Action.Join("r"));
            assertThat(push.ack()).isEqualTo(AckLevel.DELIVERED);
            assertThat(push.target().userIds()).containsExactly("u");
            assertThat(push.callerChoseId()).isTrue();
        });
        assertThat(ingress.requests("Operator", "OK")).isEqualTo(1);
    }

    @Test
    void whatIsWrongWithAnOperatorsCallIsNamed() {
        Reply reply = ingress.probe()
                .call(
                        "/pubsub.OperatorService/DisconnectUser",
                        DisconnectUserRequest.newBuilder()
                                .setCloseCode(4200)
                                .setReason("ß".repeat(62))
                                .build());

        assertThat(reply.grpcStatus()).isEqualTo(3);
        assertThat(reply.grpcMessage()).contains("user_id", "close_code", "reason");
        assertThat(ingress.pushed).isEmpty();
    }

    private ExplainAnswer known(AckLevel ack, PushTrail.Part... nodes) {
        return new ExplainAnswer(
                true,
                List.of(new PushTrail(
                        7,
                        "m",
                        Api.PUSH_TO_ROOM,
                        ack,
                        "push",
                        start,
                        start + MILLI,
                        true,
                        start + 10 * MILLI,
                        List.of(nodes))),
                new Kept(1, 0, 0, start));
    }

    private ExplainPushReply explain() {
        return call("m").messages(ExplainPushReply.parser()).get(0);
    }

    private Reply call(String messageId) {
        return ingress.probe()
                .call(
                        "/pubsub.PushManagerService/ExplainPush",
                        ExplainPushRequest.newBuilder().setMessageId(messageId).build());
    }
}
