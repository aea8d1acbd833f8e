package io.pushmanager.cli;

import static io.pushmanager.cli.AnsweringManager.report;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import io.pushmanager.proto.pubsub.Ack;
import io.pushmanager.proto.pubsub.BroadcastMessageRequest;
import io.pushmanager.proto.pubsub.Delivery;
import io.pushmanager.proto.pubsub.Outcome;
import io.pushmanager.proto.pubsub.Priority;
import io.pushmanager.proto.pubsub.PushOptions;
import io.pushmanager.proto.pubsub.PushReply;
import io.pushmanager.proto.pubsub.PushToRoomRequest;
import io.pushmanager.proto.pubsub.PushToUserRequest;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code push} and {@code nodes} against a manager that answers: what they send, and what they say. */
@Timeout(30)
class ManagerCommandsVerticleTest {

    private final AnsweringManager manager = new AnsweringManager();

    @AfterEach
    void stop() {
        manager.close();
    }

    @Test
    void pushToARoomSaysHowManyNodesTookIt() {
        assertThat(manager.push(
                        "--room", "room-001", "--exclude", "u1", "--exclude", "u2", "--message-id", "m1", "Hällo"))
                .isZero();

        PushToRoomRequest request = (PushToRoomRequest) manager.requests.get(0);
        assertThat(request.getRoomId()).isEqualTo("room-001");
        assertThat(request.getContent().getType()).isEqualTo("TEXT");
        assertThat(request.getContent().getData()).isEqualTo("Hällo");
        assertThat(request.getExcludeUserIdsList()).containsExactly("u1", "u2");
        assertThat(request.getOptions().getMessageId()).isEqualTo("m1");
        assertThat(manager.cli.out()).isEqualTo("1 of 1 node took it (message m1)\n");
        assertThat(manager.cli.err()).isEmpty();
    }

    @Test
    void pushTakesPriorityTimeToLiveAndConflationKey() {
        assertThat(manager.push("--all", "--priority", "high", "--ttl", "1500ms", "--conflation-key", "k", "hi"))
                .isZero();

        PushOptions options = ((BroadcastMessageRequest) manager.requests.get(0)).getOptions();
        assertThat(options.getPriority()).isEqualTo(Priority.PRIORITY_HIGH);
        assertThat(options.getTtl()).isEqualTo(Durations.fromMillis(1_500));
        assertThat(options.getConflationKey()).isEqualTo("k");
    }

    @Test
    void pushRefusesATimeToLiveThatIsNone() {
        assertThat(manager.push("--all", "--ttl", "0s", "hi")).isEqualTo(2);
        assertThat(manager.cli.err()).contains("--ttl").contains("such as 500ms");
    }

    @Test
    void pushToAUserReadsTheBodyFromStandardInput() {
        manager.cli.in = "piped\n".getBytes(StandardCharsets.UTF_8);

        assertThat(manager.push("--user", "u1", "--type", "NOTE")).isZero();

        PushToUserRequest request = (PushToUserRequest) manager.requests.get(0);
        assertThat(request.getUserId()).isEqualTo("u1");
        assertThat(request.getContent().getType()).isEqualTo("NOTE");
        assertThat(request.getContent().getData()).isEqualTo("piped");
    }

    @Test
    void bytesThatAreNotTextGoAsBinary() {
        manager.cli.in = new byte[] {(byte) 0xff, 0, '\n'};

        assertThat(manager.push("--all", "-")).isZero();

        BroadcastMessageRequest request = (BroadcastMessageRequest) manager.requests.get(0);
        assertThat(request.getContent().getBinary().toByteArray()).containsExactly(0xff, 0, '\n');
        assertThat(request.getContent().getData()).isEmpty();
    }

    @Test
    void noNodeIsWarnedAbout() {
        manager.reply = PushReply.newBuilder().setMessageId("m1").build();

        assertThat(manager.push("--all", "hi")).isZero();
        assertThat(manager.cli.out()).startsWith("0 of 0 nodes took it");
        assertThat(manager.cli.err()).contains("Warning: nobody got it: no Connect-Node has anybody for it");
    }

    @Test
    void someNodesFailedIsPartlyDelivered() {
        manager.reply = PushReply.newBuilder()
                .setNodesTargeted(2)
                .setNodesAccepted(1)
                .setNodesFailed(1)
                .addNodes(report("n1", Outcome.OUTCOME_ACCEPTED))
                .addNodes(
                        report("n2", Outcome.OUTCOME_REJECTED_FULL).toBuilder().setReason("1000 messages wait"))
                .build();

        assertThat(manager.push("--all", "hi")).isEqualTo(5);
        assertThat(manager.cli.out())
                .contains("1 of 2 nodes took it")
                .contains("  n2: rejected full: 1000 messages wait");
    }

    @Test
    void waitingPrintsTheCountsOfEveryNode() {
        Delivery delivery = Delivery.newBuilder().setMatched(3).setWritten(3).build();
        manager.reply = PushReply.newBuilder()
                .setNodesTargeted(1)
                .setNodesAccepted(1)
                .setDelivery(delivery)
                .addNodes(report("n1", Outcome.OUTCOME_REPORTED).toBuilder().setDelivery(delivery))
                .build();

        assertThat(manager.push("--room", "r", "--wait", "hi")).isZero();
        assertThat(((PushToRoomRequest) manager.requests.get(0)).getOptions().getAck())
                .isEqualTo(Ack.ACK_DELIVERED);
        assertThat(manager.cli.out())
                .contains("1 of 1 node took it; 3 of 3 connections got it")
                .contains("  n1: reported, 3 of 3 connections got it");
    }

    @Test
    void waitingForANodeThatDoesNotReportIsPartlyDelivered() {
        manager.reply = PushReply.newBuilder()
                .setNodesTargeted(1)
                .setNodesAccepted(1)
                .setDelivery(Delivery.getDefaultInstance())
                .addNodes(report("n1", Outcome.OUTCOME_TIMED_OUT))
                .build();

        assertThat(manager.push("--room", "r", "--wait", "hi")).isEqualTo(5);
        assertThat(manager.cli.out()).contains("n1: timed out");
    }

    @Test
    void jsonHasTheNamesOfTheProto() {
        assertThat(manager.push("--all", "--json", "hi")).isZero();

        JsonObject json = new JsonObject(manager.cli.out());
        assertThat(json.getString("message_id")).isEqualTo("m1");
        assertThat(json.getInteger("nodes_accepted")).isEqualTo(1);
        assertThat(json.containsKey("delivery")).isFalse();
        assertThat(json.getJsonArray("nodes").getJsonObject(0).getString("outcome"))
                .isEqualTo("OUTCOME_ACCEPTED");
    }

    @Test
    @Tag("bad-input-24")
    void nodesAreATableWithoutControlCharacters() {
        assertThat(manager.cli.run("nodes", "--address", manager.address)).isZero();

        assertThat(manager.cli.out())
                .startsWith("NODE")
                .contains("node-1\\u001b[2J")
                .contains("10.0.0.7:50052  draining  yes        7")
                .doesNotContain("\u001b");
    }

    @Test
    void nodesAsJson() {
        assertThat(manager.cli.run("nodes", "--json", "--address", manager.address))
                .isZero();

        JsonObject node =
                new JsonObject(manager.cli.out()).getJsonArray("nodes").getJsonObject(0);
        assertThat(node.getString("node_id")).isEqualTo("node-1\u001b[2J");
        assertThat(node.getString("state")).isEqualTo("NODE_STATE_DRAINING");
        assertThat(node.getInteger("mailbox_depth")).isEqualTo(7);
    }
}
