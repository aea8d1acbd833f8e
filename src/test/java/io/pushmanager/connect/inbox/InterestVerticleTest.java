package io.pushmanager.connect.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pushmanager.connect.hub.InterestFeed;
import io.pushmanager.connect.inbox.InterestRig.Client;
import io.pushmanager.connect.inbox.InterestRig.Manager;
import io.pushmanager.proto.pubsub.LinkBatch;
import io.pushmanager.proto.pubsub.LinkInterest;
import io.pushmanager.proto.pubsub.LinkPush;
import io.pushmanager.proto.pubsub.ManagerFrame;
import io.pushmanager.proto.pubsub.NodeFrame;
import io.pushmanager.wire.grpc.GrpcProbe.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What managers are told of rooms and users, and when clients are told that they joined. */
class InterestVerticleTest {

    private static final long SHORT_LEASE_NANOS = Duration.ofMillis(300).toNanos();

    private InterestRig rig = new InterestRig();

    @AfterEach
    void close() {
        rig.close();
    }

    // --- what is told

    @Test
    void tellsAManagerThatAsksOfEveryRoomAndUser() {
        rig.client("user_id=alice&room_id=r1").next();

        Manager manager = rig.resume("");

        assertThat(manager.features).containsExactly("interest");
        LinkInterest snapshot = manager.interest();
        assertThat(snapshot.getSnapshot()).isTrue();
        assertThat(snapshot.getMore()).isFalse();
        assertThat(snapshot.getRoomsAddedList()).containsExactly(InterestRig.hash("r1"));
        assertThat(snapshot.getUsersAddedList()).containsExactly(InterestRig.hash("alice"));
    }

    @Test
    void tellsOfWhatComesAndGoes() {
        Manager manager = rig.manager();
        Client client = rig.client("user_id=alice");
        LinkInterest came = manager.interest();
        assertThat(came.getUsersAddedList()).containsExactly(InterestRig.hash("alice"));
        manager.acknowledge(came);

        client.close();

        LinkInterest went = manager.interest();
        assertThat(went.getVersion()).isEqualTo(came.getVersion() + 1);
        assertThat(went.getUsersRemovedList()).containsExactly(InterestRig.hash("alice"));
    }

    @Test
    void tellsNobodyWhoDoesNotAsk() {
        RawManager manager = rig.plainManager();
        rig.client("user_id=alice").next();

        manager.batch(1, "x");

        assertThat(manager.next().hasAck()).isTrue();
    }

    @Test
    void offersNothingWhenItIsTurnedOff() {
        rig.close();
        rig = new InterestRig(InterestFeed.off());

        assertThat(rig.resume("").features).isEmpty();
    }

    @Test
    void writesWhatWasToldBeforeAProbeBeforeItsAnswer() {
        Manager manager = rig.manager();
        for (int i = 0; i < 50; i++) {
            rig.client("user_id=user-" + i).next();
        }

        manager.ask(InterestRig.LONG_LEASE_NANOS);

        List<Long> users = new ArrayList<>();
        long version = 0;
        NodeFrame frame = manager.raw.next();
        while (frame.hasInterest()) {
            users.addAll(frame.getInterest().getUsersAddedList());
            version = frame.getInterest().getVersion();
            frame = manager.raw.next();
        }
        assertThat(users).hasSize(50);
        assertThat(frame.getProbeAnswer().getLeaseGranted()).isTrue();
        assertThat(frame.getProbeAnswer().getInterestVersion()).isEqualTo(version);
    }

    @Test
    void grantsNoLeaseThatIsTooLong() {
        assertThat(rig.manager().lease(InterestRig.LONG_LEASE_NANOS + 1).getLeaseGranted())
                .isFalse();
    }

    @Test
    void refusesAnAcknowledgementOfWhatWasNeverTold() {
        Reply end = rig.manager().acknowledge(99).raw.end();

        assertThat(end.grpcStatus()).isEqualTo(3);
        assertThat(end.grpcMessage()).contains("interest_ack.version");
    }

    // --- when clients are told

    @Test
    void answersAJoinAtOnceWhenNobodyHasALease() {
        rig.manager();
        Client client = rig.client("user_id=alice");
        assertThat(client.nextType()).isEqualTo("welcome");

        client.command("join", "r1");

        assertThat(client.nextType()).isEqualTo("joined");
    }

    @Test
    void holdsJoinedUntilTheManagerHasAcknowledged() {
        Manager manager = rig.manager();
        Client client = rig.client("user_id=alice");
        client.next();
        manager.acknowledge(manager.interest()).leased();

        client.command("join", "r1");
        LinkInterest update = manager.interest();
        assertThat(client.typesUntilPong()).isEmpty();
        manager.acknowledge(update);

        assertThat(client.next().getString("room_id")).isEqualTo("r1");
        assertThat(rig.registry.get("connect_node_joins_held").timer().count()).isEqualTo(1);
    }

    @Test
    void holdsEveryJoinUntilTheManagerHasAcknowledged() {
        Manager manager = rig.manager();
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) { // on both event loops
            Client client = rig.client("user_id=alice");
            client.next();
            clients.add(client);
        }
        manager.acknowledge(manager.interest()).leased();

        clients.forEach(client -> client.command("join", "r1"));
        LinkInterest update = manager.interest();
        clients.forEach(client -> assertThat(client.typesUntilPong()).isEmpty());
        manager.acknowledge(update);

        clients.forEach(client -> assertThat(client.nextType()).isEqualTo("joined"));
    }

    @Test
    void answersAtOnceInARoomThatTheManagerKnows() {
        Client first = rig.client("user_id=alice&room_id=r1");
        first.next();
        Client second = rig.client("user_id=alice");
        second.next();
        Client third = rig.client("user_id=alice&room_id=r1");
        third.next();
        Manager manager = rig.manager().leased();

        second.command("join", "r1");

        assertThat(second.nextType()).isEqualTo("joined");
        assertThat(manager.raw.framesWaiting()).isZero();
    }

    @Test
    void answersAJoinWhenTheLeaseOfASilentManagerEnds() {
        Manager manager = rig.manager();
        Client client = rig.client("user_id=alice");
        client.next();
        manager.acknowledge(manager.interest());
        long leased = System.nanoTime();
        manager.lease(SHORT_LEASE_NANOS);

        client.command("join", "r1");

        assertThat(client.nextType()).isEqualTo("joined");
        assertThat(System.nanoTime() - leased).isGreaterThan(SHORT_LEASE_NANOS);
    }

    @Test
    void waitsForTheLeaseAfterTheStreamBroke() {
        Manager manager = rig.manager();
        Client client = rig.client("user_id=alice");
        client.next();
        manager.acknowledge(manager.interest());
        long leased = System.nanoTime();
        manager.lease(SHORT_LEASE_NANOS);
        manager.raw.breakOff();

        client.command("join", "r1");

        assertThat(client.nextType()).isEqualTo("joined");
        assertThat(System.nanoTime() - leased).isGreaterThan(SHORT_LEASE_NANOS);
    }

    @Test
    void waitsForNoManagerThatHasLeft() {
        Manager manager = rig.manager();
        Client client = rig.client("user_id=alice");
        client.next();
        manager.acknowledge(manager.interest()).leased();
        client.command("join", "r1");
        manager.interest();
        assertThat(client.typesUntilPong()).isEmpty();

        manager.raw.halfClose();

        assertThat(client.nextType()).isEqualTo("joined");
        client.command("join", "r2");
        assertThat(client.nextType()).isEqualTo("joined");
    }

    @Test
    void answersWhenTheNextStreamOfTheSessionHasCaughtUp() {
        Manager manager = rig.manager();
        Client client = rig.client("user_id=alice");
        client.next();
        manager.acknowledge(manager.interest()).leased();
        client.command("join", "r1");
        manager.interest();
        manager.raw.breakOff();

        Manager again = rig.resume(manager.session);
        LinkInterest snapshot = again.interest();
        assertThat(client.typesUntilPong()).isEmpty();
        assertThat(snapshot.getRoomsAddedList()).containsExactly(InterestRig.hash("r1"));
        again.acknowledge(snapshot);

        assertThat(client.nextType()).isEqualTo("joined");
    }

    @Test
    void welcomesNobodyWhomTheManagerDoesNotKnow() {
        Manager manager = rig.manager().leased();
        Client client = rig.client("user_id=alice&room_id=r1");
        LinkInterest update = manager.hears("r1");
        pushToRoom(manager, "r1");
        assertThat(manager.raw.ack().getResults(0).getMatched(0)).isEqualTo(1);
        assertThat(client.framesWaiting()).isZero();

        manager.acknowledge(update);

        assertThat(client.next().getJsonArray("rooms")).containsExactly("r1");
        assertThat(client.nextType()).isEqualTo("push");
    }

    @Test
    void welcomesBeforeItCloses() {
        Manager manager = rig.manager().leased();
        Client client = rig.client("user_id=alice");
        manager.interest();

        for (int i = 0; i < 10; i++) {
            client.command("nonsense", "");
        }

        assertThat(client.nextType()).isEqualTo("welcome");
        assertThat(client.nextType()).isEqualTo("error");
    }

    @Test
    void answersAJoinThatIsTakenBackBeforeItsLeave() {
        Manager manager = rig.manager();
        Client client = rig.client("user_id=alice");
        client.next();
        manager.acknowledge(manager.interest()).leased();

        client.command("join", "r1").command("leave", "r1");

        assertThat(client.nextType()).isEqualTo("joined");
        assertThat(client.nextType()).isEqualTo("left");
    }

    @Test
    void welcomesWhoHasLeftTheRoomsThatHeldItUp() {
        Client first = rig.client("user_id=alice");
        first.next();
        Client second = rig.client("user_id=alice");
        second.next();
        Manager manager = rig.manager().leased();
        Client client = rig.client("user_id=alice&room_id=r1");
        manager.interest();

        client.command("leave", "r1");

        assertThat(client.nextType()).isEqualTo("welcome");
        assertThat(client.nextType()).isEqualTo("left");
    }

    @Test
    void forgetsAJoinWhoseClientIsGone() {
        Manager manager = rig.manager();
        Client client = rig.client("user_id=alice");
        client.next();
        manager.acknowledge(manager.interest()).leased();
        client.command("join", "r1");
        LinkInterest came = manager.interest();

        client.close();

        assertThat(manager.interest().getRoomsRemovedList()).containsExactly(InterestRig.hash("r1"));
        manager.acknowledge(came);
        assertThat(manager.lease(InterestRig.LONG_LEASE_NANOS).getLeaseGranted())
                .isTrue();
        await().until(() ->
                rig.registry.get("connect_node_joins_waiting").gauge().value() == 0);
        assertThat(rig.registry.get("connect_node_interest_entries").gauge().value())
                .isZero();
    }

    private static void pushToRoom(Manager manager, String room) {
        manager.raw.send(ManagerFrame.newBuilder()
                .setBatch(LinkBatch.newBuilder()
                        .setFirstId(1)
                        .addPushes(LinkPush.newBuilder()
                                .setPush(RawManager.push("hello").setRoomId(room)))));
    }
}
