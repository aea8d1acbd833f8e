package io.pushmanager.nodeclient;

import static io.pushmanager.nodeclient.NodeClientRig.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pushmanager.core.explain.HopRow;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Action;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is no push goes only to nodes that say that they know it; and how pushes went is remembered. */
@ExtendWith(VertxExtension.class)
class ActionVerticleTest {

    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final List<Action> ACTIONS =
            List.of(Action.COUNT, new Action.Join("r"), new Action.Leave("r"), new Action.Disconnect(4000, "bye"));

    private NodeClientRig rig;

    @BeforeEach
    void setUp(Vertx vertx) {
        rig = new NodeClientRig(vertx);
    }

    @Test
    void aNodeThatDoesNotKnowActionsIsSentNone(Vertx vertx) {
        FakeLinkNode linked = FakeLinkNode.start(vertx);
        FakeNode called = FakeNode.start(vertx);
        rig.deploy(linked.info("linked"), config(10, 100, DEADLINE));
        rig.deploy(called.info("called"), config(10, 100, DEADLINE));
        for (String node : List.of("linked", "called")) {
            for (int i = 0; i < ACTIONS.size(); i++) {
                rig.offer(node, i, act("m" + i, ACTIONS.get(i)));
            }
            rig.offer(node, 99, "room");
        }

        await().until(() -> !linked.taken.isEmpty() && !called.pushes.isEmpty());
        assertThat(linked.taken).containsExactly("m99");
        assertThat(called.pushes)
                .extracting(push -> push.request().getMessageId())
                .containsExactly("m99");
        assertThat(rig.reportsOf(0))
                .containsExactlyInAnyOrder(
                        NodeReport.rejected("linked", Outcome.FAILED, "the node does not know dry runs"),
                        NodeReport.rejected("called", Outcome.FAILED, "the node does not know dry runs"));
        assertThat(rig.reportsOf(3)).allSatisfy(report -> {
            assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(report.reason()).contains("actions of an operator");
        });
    }

    @Test
    void aNodeThatKnowsOnlyBroadcastGetsNoneWhateverItAnnounces(Vertx vertx) {
        FakeNode node = FakeNode.start(vertx, "instance-1", false, 0);
        rig.deploy(knowing(node.info("n1")), config(10, 100, DEADLINE));
        for (int i = 0; i < ACTIONS.size(); i++) {
            rig.offer("n1", i, act("m" + i, ACTIONS.get(i)));
        }

        await().until(() -> rig.reports("n1", Outcome.FAILED).size() == ACTIONS.size());
        assertThat(node.broadcasts).isEmpty();
    }

    @Test
    void aNodeThatKnowsThemGetsThemInTheirPlace(Vertx vertx) {
        FakeLinkNode node = FakeLinkNode.start(vertx);
        rig.deploy(knowing(node.info("n1")), config(10, 100, DEADLINE));
        rig.offer("n1", 1, act("m1", new Action.Join("r")));
        rig.offer("n1", 2, "r");
        rig.offer("n1", 3, act("m3", new Action.Leave("r")));

        await().until(() -> node.taken.size() == 3);
        assertThat(node.taken).containsExactly("m1", "m2", "m3");
    }

    @Test
    void howAPushWentIsRememberedWhenItsNodeIsGone(Vertx vertx) {
        FakeLinkNode node = FakeLinkNode.start(vertx);
        node.onBatch = batch -> {};
        NodeClientVerticle client = rig.deploy(node.info("n1"), config(10, 100, Duration.ofMillis(300)));
        rig.offer("n1", 1, NodeClientRig.push(1, Target.room("r"), AckLevel.ACCEPTED));
        await().until(() -> rig.dropped("n1", "timed_out") == 1);
        NodeClientRig.await(vertx.undeploy(client.deploymentID()));

        List<HopRow> rows = NodeClientRig.await(rig.hops.find("m1", List.of()));

        assertThat(rows).singleElement().satisfies(row -> {
            assertThat(row.clientId()).isEqualTo("n1");
            assertThat(row.report().outcome()).isEqualTo(Outcome.TIMED_OUT);
            assertThat(row.isSent()).isTrue();
            assertThat(row.endedNanos() - row.sentNanos()).isGreaterThanOrEqualTo(300_000_000L);
        });
    }

    private static NodeInfo knowing(NodeInfo node) {
        Set<String> capabilities = new HashSet<>(node.capabilities());
        capabilities.add(Action.Count.CAPABILITY);
        capabilities.add(Action.CHANGES);
        return new NodeInfo(node.nodeId(), node.address(), node.instanceId(), false, "", "", capabilities, 0);
    }

    private static PushMessage act(String id, Action action) {
        return PushMessage.of(
                id,
                true,
                Api.OPERATOR,
                Target.user("u"),
                Content.none(),
                AckLevel.DELIVERED,
                Long.MAX_VALUE,
                null,
                1,
                action);
    }
}
