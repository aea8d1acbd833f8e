package io.pushmanager.connect.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pushmanager.proto.pubsub.LinkAck;
import io.pushmanager.proto.pubsub.LinkWelcome;
import io.pushmanager.proto.pubsub.ManagerFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A stream that breaks at each step, and the next one that goes on. */
class LinkResumeVerticleTest {

    private final LinkRig rig = new LinkRig();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void goesOnAfterABreakRightAfterTheHandshake() {
        RawManager first = rig.manager().hello();
        String session = first.welcome().getSession();
        first.breakOff();

        RawManager second = rig.manager().resume(session, 0);

        LinkWelcome welcome = second.welcome();
        assertThat(welcome.getSession()).isEqualTo(session);
        assertThat(welcome.getReceivedThrough()).isZero();
        assertThat(second.batch(1, "a").ack().getConsumedThrough()).isEqualTo(1);
    }

    @Test
    void saysWhatHasArrivedAndAcknowledgesItWhenItCompletesAfterTheBreak() {
        rig.hold = true;
        RawManager first = rig.manager().hello();
        String session = first.welcome().getSession();
        first.batch(1, "a", "b");
        await().until(() -> rig.held.size() == 1);
        first.breakOff();

        RawManager second = rig.manager().resume(session, 0);
        assertThat(second.welcome().getReceivedThrough()).isEqualTo(2);
        rig.release(0);

        LinkAck ack = second.ack();
        assertThat(ack.getNumber()).isEqualTo(1);
        assertThat(ack.getConsumedThrough()).isEqualTo(2);
        assertThat(rig.delivered()).containsExactly("a", "b");
    }

    @Test
    void keepsWhatCompletesWhileThereIsNoStream() {
        rig.hold = true;
        RawManager first = rig.manager().hello();
        String session = first.welcome().getSession();
        first.batch(1, "a").batch(2, "b");
        await().until(() -> rig.held.size() == 2);
        first.breakOff();
        rig.release(0);
        rig.release(1);

        RawManager second = rig.manager().resume(session, 0);

        second.welcome();
        List<Integer> matched = new ArrayList<>();
        LinkAck ack;
        do { // two, if the node hears of the break between them
            ack = second.ack();
            ack.getResultsList().forEach(results -> matched.addAll(results.getMatchedList()));
        } while (ack.getConsumedThrough() < 2);
        assertThat(matched).containsExactly(3, 3);
    }

    @Test
    void sendsTheAcknowledgementsAgainThatWereNotSeen() {
        RawManager first = rig.manager().hello();
        String session = first.welcome().getSession();
        first.batch(1, "a").ack();
        first.batch(2, 1, "b").ack();
        first.batch(3, 1, "c").ack();
        first.breakOff();

        RawManager second = rig.manager().resume(session, 1);

        assertThat(second.welcome().getReceivedThrough()).isEqualTo(3);
        assertThat(second.ack().getNumber()).isEqualTo(2);
        LinkAck last = second.ack();
        assertThat(last.getNumber()).isEqualTo(3);
        assertThat(last.getConsumedThrough()).isEqualTo(3);
        assertThat(second.batch(4, 3, "d").ack().getNumber()).isEqualTo(4);
    }

    @Test
    void takesNothingMoreFromAnOlderStreamOfTheSession() {
        RawManager first = rig.manager().hello();
        String session = first.welcome().getSession();
        first.batch(1, "a").ack();

        RawManager second = rig.manager().resume(session, 1);

        assertThat(first.end().grpcStatus()).isEqualTo(1);
        assertThat(first.end().details().toString()).contains("SUPERSEDED");
        first.batch(2, "x");
        assertThat(second.welcome().getReceivedThrough()).isEqualTo(1);
        assertThat(second.batch(2, 1, "b").ack().getConsumedThrough()).isEqualTo(2);
        assertThat(rig.delivered()).containsExactly("a", "b");
    }

    @Test
    void namesANewSessionWhenItDoesNotKnowTheOldOne() {
        RawManager manager = rig.manager().resume("long-gone", 17);

        LinkWelcome welcome = manager.welcome();
        assertThat(welcome.getSession()).isNotEmpty().isNotEqualTo("long-gone");
        assertThat(welcome.getReceivedThrough()).isZero();
        assertThat(manager.batch(1, "a").ack().getNumber()).isEqualTo(1);
    }

    @Test
    void givesNoManagerTheSessionOfAnother() {
        RawManager first = rig.manager().hello();
        String session = first.welcome().getSession();
        ManagerFrame.Builder hello = RawManager.helloFrame(session, 0);
        hello.getHelloBuilder().setManagerInstanceId("manager-2");

        assertThat(rig.manager().send(hello).welcome().getSession()).isNotEqualTo(session);
        assertThat(first.batch(1, "a").ack().getConsumedThrough()).isEqualTo(1);
    }

    @Test
    void forgetsASessionThatHasBeenWithoutAStreamTooLong() {
        RawManager first = rig.manager().hello();
        String session = first.welcome().getSession();
        first.breakOff();
        await().until(() -> {
            rig.skipNanos.addAndGet(TimeUnit.SECONDS.toNanos(30));
            return rig.registry.get("connect_node_link_sessions").gauge().value() == 0;
        });

        assertThat(rig.manager().resume(session, 0).welcome().getSession()).isNotEqualTo(session);
    }

    @Test
    void endsAStreamThatHasFallenSilentAndKeepsItsSession() {
        RawManager first = rig.manager().hello();
        String session = first.welcome().getSession();

        rig.skipNanos.addAndGet(TimeUnit.SECONDS.toNanos(61));

        assertThat(first.end().grpcStatus()).isEqualTo(4);
        assertThat(rig.manager().resume(session, 0).welcome().getSession()).isEqualTo(session);
    }
}
