package io.pushmanager.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.connect.hub.HubAnswer;
import io.pushmanager.connect.hub.HubPush;
import io.pushmanager.core.message.Action;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an operator does to the sockets of a node. */
@ExtendWith(VertxExtension.class)
class ActionVerticleTest {

    @Test
    void aDryRunCountsWritesNothingAndIsNotRemembered(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket one = node.open("?user_id=a&room_id=r");
                RawWebSocket two = node.open("?user_id=b&room_id=r")) {
            assertThat(act(node, "m", Target.room("r"), Action.COUNT)).isEqualTo(DeliveryCounts.matchedOnly(2));
            assertThat(act(node, "m", Target.user("a"), Action.COUNT)).isEqualTo(DeliveryCounts.matchedOnly(1));

            assertThat(node.push("m", Target.room("r"), "x").written()).isEqualTo(2);
            assertThat(one.readJson().getString("message_id")).isEqualTo("m");
            assertThat(two.readJson().getString("message_id")).isEqualTo("m");
        }
    }

    @Test
    void everyConnectionOfAUserIsPutIntoARoomOnceAndToldSo(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket one = node.open("?user_id=a");
                RawWebSocket two = node.open("?user_id=a&room_id=r");
                RawWebSocket other = node.open("?user_id=b&room_id=r")) {
            Action join = new Action.Join("r");
            assertThat(act(node, "j1", Target.user("a"), join)).isEqualTo(counts(2, 1, 0, 1));
            assertThat(act(node, "j1", Target.user("a"), join)).isEqualTo(counts(2, 0, 0, 2));
            assertThat(node.push("m", Target.room("r"), "x").written()).isEqualTo(3);

            assertThat(one.readJson()).isEqualTo(new JsonObject("{\"type\":\"joined\",\"room_id\":\"r\"}"));
            assertThat(one.readJson().getString("message_id")).isEqualTo("m");
            assertThat(two.readJson().getString("message_id")).isEqualTo("m");
            assertThat(other.readJson().getString("message_id")).isEqualTo("m");
        }
    }

    @Test
    void everyConnectionOfAUserIsTakenOutOfARoomBehindThePushesBefore(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket one = node.open("?user_id=a&room_id=r")) {
            node.hub.deliver(new HubPush("m1", Target.room("r"), Content.text("x", 1)));
            assertThat(act(node, "l1", Target.user("a"), new Action.Leave("r"))).isEqualTo(counts(1, 1, 0, 0));
            assertThat(node.push("m2", Target.room("r"), "x").matched()).isZero();
            assertThat(act(node, "l2", Target.user("a"), new Action.Leave("r"))).isEqualTo(counts(1, 0, 0, 1));

            assertThat(one.readJson().getString("message_id")).isEqualTo("m1");
            assertThat(one.readJson()).isEqualTo(new JsonObject("{\"type\":\"left\",\"room_id\":\"r\"}"));
        }
    }

    @Test
    void aConnectionInTooManyRoomsStaysWhereItIs(Vertx vertx) {
        TestNode node = TestNode.start(vertx, "node.rooms-per-socket", "1");
        try (RawWebSocket one = node.open("?user_id=a&room_id=r")) {
            assertThat(act(node, "j", Target.user("a"), new Action.Join("s"))).isEqualTo(counts(1, 0, 1, 0));
            assertThat(node.push("m", Target.room("s"), "x").matched()).isZero();
            assertThat(node.push("m2", Target.room("r"), "x").written()).isEqualTo(1);
            assertThat(one.readJson().getString("message_id")).isEqualTo("m2");
        }
    }

    @Test
    void aUserIsDisconnectedBehindThePushesBeforeAndOnlyThatUser(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket one = node.open("?user_id=a");
                RawWebSocket two = node.open("?user_id=a");
                RawWebSocket other = node.open("?user_id=b")) {
            node.hub.deliver(new HubPush("m", Target.user("a"), Content.text("x", 1)));
            Action disconnect = new Action.Disconnect(4007, "Bye, Zoë");
            assertThat(act(node, "d", Target.user("a"), disconnect)).isEqualTo(counts(2, 2, 0, 0));

            assertThat(one.readJson().getString("message_id")).isEqualTo("m");
            assertThat(one.readToClose()).isEqualTo(4007);
            assertThat(two.readToClose()).isEqualTo(4007);
            assertThat(node.push("m2", Target.everyone(), "x").written()).isEqualTo(1);
            assertThat(other.readJson().getString("message_id")).isEqualTo("m2");
        }
    }

    @Test
    void aRepeatedDisconnectReachesWhoCameSince(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        Action disconnect = new Action.Disconnect(4100, "");
        try (RawWebSocket before = node.open("?user_id=a")) {
            act(node, "d", Target.user("a"), disconnect);
            assertThat(before.readToClose()).isEqualTo(4100);
        }
        try (RawWebSocket since = node.open("?user_id=a")) {
            assertThat(act(node, "d", Target.user("a"), disconnect).matched()).isEqualTo(1);
            assertThat(since.readToClose()).isEqualTo(4100);
        }
    }

    private static DeliveryCounts act(TestNode node, String id, Target target, Action action) {
        HubAnswer answer = TestNode.await(node.hub.deliver(new HubPush(id, target, action)));
        return ((HubAnswer.Delivered) answer).counts();
    }

    private static DeliveryCounts counts(long matched, long changed, long refused, long unchanged) {
        return new DeliveryCounts(matched, changed, refused, 0, unchanged, 0, 0);
    }
}
