package io.pushmanager.connect.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.pushmanager.proto.pubsub.LinkProbe;
import io.pushmanager.proto.pubsub.ManagerFrame;
import io.pushmanager.proto.pubsub.NodeFrame;
import io.pushmanager.wire.grpc.GrpcProbe.Reply;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a manager does against the protocol ends its call, with the field named, and nothing else. */
class LinkViolationVerticleTest {

    private final LinkRig rig = new LinkRig();
    private final RawManager bystander = rig.linkedElsewhere();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void refusesAFrameBeforeTheHello() {
        assertInvalid(rig.manager().batch(1, "a"), "frame");
    }

    @Test
    void refusesASecondHello() {
        assertInvalid(rig.linked().hello(), "hello");
    }

    @Test
    void refusesAGapInTheIds() {
        assertInvalid(rig.linked().batch(2, "a"), "batch.first_id");
    }

    @Test
    void refusesAnIdOnceMore() {
        RawManager manager = rig.linked().batch(1, "a");
        manager.ack();

        assertInvalid(manager.batch(1, "a"), "batch.first_id");
        assertThat(rig.delivered()).containsExactly("a", "bystander");
    }

    @Test
    void refusesMorePushesThanTheWindow() {
        rig.hold = true;
        String[] window = Collections.nCopies(100, "x").toArray(String[]::new);
        RawManager manager = rig.linked().batch(1, window).batch(101, "y");

        assertRefused(manager.end(), "batch.pushes");
        assertThat(rig.batches).hasSize(1);
        rig.hold = false;
        assertBystanderServed();
    }

    @Test
    void refusesMoreBytesThanTheWindow() {
        rig.hold = true;
        String half = "x".repeat(40_000);
        RawManager manager = rig.linked().batch(1, half).batch(2, half);

        assertRefused(manager.end(), "batch.pushes");
        rig.hold = false;
        assertBystanderServed();
    }

    @Test
    void takesAPushLargerThanTheWindowAlone() {
        assertThat(rig.linked().batch(1, "x".repeat(100_000)).ack().getConsumedThrough())
                .isEqualTo(1);
    }

    @Test
    void refusesAnAcknowledgementThatWasNeverSent() {
        assertInvalid(rig.linked().batch(1, 5, "a"), "batch.ack_seen");
    }

    @Test
    void refusesAManagerThatNeverSeesAnAcknowledgement() {
        RawManager manager = rig.linked();
        String[] pushes = Collections.nCopies(70, "x").toArray(String[]::new);
        for (int batch = 0; batch < 3; batch++) {
            manager.batch(1 + 70 * batch, pushes).ack();
        }

        assertInvalid(manager.batch(211, pushes), "batch.ack_seen");
    }

    @Test
    void refusesAHelloWithoutAVersion() {
        ManagerFrame.Builder hello = RawManager.helloFrame("", 0);
        hello.getHelloBuilder().clearVersion();

        assertInvalid(rig.manager().send(hello), "hello.version");
    }

    @Test
    void refusesAHelloWithoutAManager() {
        ManagerFrame.Builder hello = RawManager.helloFrame("", 0);
        hello.getHelloBuilder().clearManagerInstanceId();

        assertInvalid(rig.manager().send(hello), "hello.manager_instance_id");
    }

    @Test
    void refusesAHelloThatMeansAnotherProcess() {
        ManagerFrame.Builder hello = RawManager.helloFrame("", 0);
        hello.getHelloBuilder().setNodeInstanceId("instance-0");

        Reply end = rig.manager().send(hello).end();

        assertThat(end.grpcStatus()).isEqualTo(9);
        assertThat(end.details().toString()).contains("OTHER_INSTANCE");
        assertBystanderServed();
    }

    @Test
    void refusesGarbage() {
        Reply end = rig.linked().sendBytes(new byte[] {10, 100, 1, 2, 3}).end();

        assertThat(end.grpcStatus()).isEqualTo(3);
        assertBystanderServed();
    }

    @Test
    void endsACallThatSaysNothing() {
        RawManager silent = rig.manager();

        rig.skipNanos.addAndGet(TimeUnit.SECONDS.toNanos(11));

        assertThat(silent.end().grpcStatus()).isEqualTo(4);
        assertBystanderServed();
    }

    @Test
    void readsNoMoreFromAManagerThatDoesNotRead() {
        RawManager manager = rig.linked();
        manager.pauseReading();
        ManagerFrame.Builder small =
                ManagerFrame.newBuilder().setProbe(LinkProbe.newBuilder().setNumber(1));
        for (int i = 0; i < 20_000; i++) { // more answers than the windows between us hold
            manager.send(small);
        }
        UnknownFieldSet padding = UnknownFieldSet.newBuilder()
                .addField(
                        99,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFrom(new byte[10_000]))
                                .build())
                .build();
        ManagerFrame.Builder large = small.clone().setUnknownFields(padding);

        await().pollInterval(Duration.ofMillis(200)).until(() -> {
            boolean stuck = manager.isWriteQueueFull();
            for (int i = 0; i < 1_000 && !manager.isWriteQueueFull(); i++) {
                manager.send(large);
            }
            return stuck;
        });

        assertBystanderServed();
        manager.resumeReading();
        manager.batch(1, "a");
        NodeFrame frame = manager.next();
        while (!frame.hasAck()) {
            frame = manager.next();
        }
    }

    private void assertInvalid(RawManager manager, String field) {
        assertRefused(manager.end(), field);
        assertBystanderServed();
    }

    private static void assertRefused(Reply end, String field) {
        assertThat(end.grpcStatus()).isEqualTo(3);
        assertThat(end.details().toString()).contains("google.rpc.BadRequest");
        assertThat(end.grpcMessage()).contains(field);
    }

    private void assertBystanderServed() {
        bystander.batch(1, "bystander");
        assertThat(bystander.ack().getConsumedThrough()).isEqualTo(1);
    }
}
