package io.pushmanager.core.fanout;

import static io.pushmanager.core.fanout.FanOutHarness.withNodes;
import static io.pushmanager.core.fanout.FanOutHarness.written;
import static io.pushmanager.core.message.AckLevel.ACCEPTED;
import static io.pushmanager.core.message.AckLevel.DELIVERED;
import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.fanout.FanOutHarness.Caller;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import org.junit.jupiter.api.Test;

/** Which nodes get a push while nodes come and go, and what a drain does. */
class FanOutNodesTest {

    @Test
    void offersEachPushToEveryOpenNodeInTheOrderOfArrival() {
        FanOutHarness h = withNodes("a", "b");

        h.push(ACCEPTED);
        h.push(ACCEPTED);

        assertThat(h.offers)
                .extracting(offer -> offer.clientId() + " " + offer.message().messageId())
                .containsExactly("a generated-1", "b generated-1", "a generated-2", "b generated-2");
    }

    @Test
    void refusesPushesBeforeTheFirstList() {
        FanOutHarness h = new FanOutHarness(FanOutHarness.limits(), 0);

        assertThat(h.push(ACCEPTED).error().reason()).isEqualTo("NO_MEMBERSHIP_YET");
        assertThat(h.push(ACCEPTED).error().code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void failsWhatIsOpenAtAClientThatIsClosed() {
        FanOutHarness h = withNodes("a", "b");
        Caller delivered = h.push(DELIVERED);
        h.accept("a", h.lastPushId());
        h.report("a", h.lastPushId(), written(1));
        h.accept("b", h.lastPushId());
        Caller accepted = h.push(ACCEPTED);
        h.accept("a", h.lastPushId());

        h.fanOut.clientClosed("b", "its node is gone");

        assertThat(delivered.result().nodesAccepted()).isEqualTo(2);
        assertThat(delivered.result().nodes().get(1))
                .isEqualTo(NodeReport.unreported("node-b", Outcome.FAILED, "its node is gone"));
        assertThat(accepted.result().nodes().get(1))
                .isEqualTo(NodeReport.rejected("node-b", Outcome.FAILED, "its node is gone"));
        assertThat(h.fanOut.openPushes()).isZero();
    }

    @Test
    void sendsNothingToAClientThatIsClosingButStillTakesItsAnswers() {
        FanOutHarness h = withNodes("a", "b");
        Caller before = h.push(ACCEPTED);
        long id = h.lastPushId();

        h.fanOut.clientClosing("a");
        Caller after = h.push(ACCEPTED);
        h.accept("b", h.lastPushId());
        h.accept("b", id);
        h.accept("a", id);

        assertThat(before.result().nodesAccepted()).isEqualTo(2);
        assertThat(after.result().nodesTargeted()).isEqualTo(1);
    }

    @Test
    void saysWhenTheMembershipIsStale() {
        FanOutHarness h = withNodes();
        h.fanOut.membershipStale(true);
        assertThat(h.push(ACCEPTED).result().membershipStale()).isTrue();

        h.fanOut.membershipStale(false);
        assertThat(h.push(ACCEPTED).result().membershipStale()).isFalse();
    }

    @Test
    void refusesNewPushesWhileDrainingAndAnswersTheOpenOnesOnDemand() {
        FanOutHarness h = withNodes("a");
        Caller open = h.push(DELIVERED);
        h.accept("a", h.lastPushId());

        h.fanOut.drain();
        assertThat(h.push(ACCEPTED).error().reason()).isEqualTo("DRAINING");
        assertThat(open.answers).isEmpty();
        h.fanOut.answerAll();

        assertThat(open.result().nodes().get(0).outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(h.fanOut.openPushes()).isZero();
        assertThat(h.fanOut.isWaiting()).isFalse();
    }

    @Test
    void takesANewDescriptionOfAnOpenClient() {
        FanOutHarness h = withNodes("a", "b");
        h.fanOut.clientOpened("a", FanOutHarness.node("renamed"));
        Caller caller = h.push(ACCEPTED);
        h.accept("b", h.lastPushId());
        h.fanOut.clientClosed("a", "gone");

        assertThat(caller.result().nodes()).extracting(NodeReport::nodeId).containsExactly("node-renamed", "node-b");
    }
}
