package io.pushmanager.core.fanout;

import static io.pushmanager.core.fanout.FanOutHarness.MILLI;
import static io.pushmanager.core.fanout.FanOutHarness.withNodes;
import static io.pushmanager.core.fanout.FanOutHarness.written;
import static io.pushmanager.core.message.AckLevel.ACCEPTED;
import static io.pushmanager.core.message.AckLevel.DELIVERED;
import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.fanout.FanOutHarness.Caller;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class FanOutTest {

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
    void answersAcceptedOnceEveryMailboxHasAnswered() {
        FanOutHarness h = withNodes("a", "b");
        Caller caller = h.push(ACCEPTED);
        long id = h.lastPushId();

        h.accept("a", id);
        assertThat(caller.answers).isEmpty();
        h.reject("b", id, Outcome.REJECTED_DRAINING);

        assertThat(caller.result().nodesTargeted()).isEqualTo(2);
        assertThat(caller.result().nodesAccepted()).isEqualTo(1);
        assertThat(caller.result().nodesFailed()).isEqualTo(1);
        assertThat(caller.result().delivery()).isNull();
        assertThat(caller.result().nodes())
                .containsExactly(
                        NodeReport.accepted("node-a"),
                        NodeReport.rejected("node-b", Outcome.REJECTED_DRAINING, "said the test"));
        assertThat(h.fanOut.openPushes()).isZero();
        assertThat(h.fanOut.isWaiting()).isFalse();
    }

    @Test
    void answersDeliveredOnceEveryAcceptedNodeHasEnded() {
        FanOutHarness h = withNodes("a", "b", "c");
        Caller caller = h.push(DELIVERED);
        long id = h.lastPushId();

        h.accept("a", id);
        h.accept("b", id);
        h.reject("c", id, Outcome.REJECTED_FULL);
        h.report("a", id, written(3));
        assertThat(caller.answers).isEmpty();
        h.report("b", id, new DeliveryCounts(4, 2, 1, 0, 1, 0, 0));

        assertThat(caller.result().delivery()).isEqualTo(new DeliveryCounts(7, 5, 1, 0, 1, 0, 0));
        assertThat(caller.result().nodesAccepted()).isEqualTo(2);
        assertThat(caller.result().nodes())
                .extracting(NodeReport::outcome)
                .containsExactly(Outcome.REPORTED, Outcome.REPORTED, Outcome.REJECTED_FULL);
        assertThat(h.nodesAccepted).isEqualTo(2);
    }

    @Test
    @Tag("bad-input-6")
    void answersOkWithZeroCountsWhenNobodyHoldsTheTarget() {
        FanOutHarness h = withNodes("a");
        Caller caller = h.push(DELIVERED);

        h.accept("a", h.lastPushId());
        h.report("a", h.lastPushId(), DeliveryCounts.NONE);

        assertThat(caller.result().nodesAccepted()).isEqualTo(1);
        assertThat(caller.result().delivery()).isEqualTo(DeliveryCounts.NONE);
    }

    @Test
    void answersOkWithZerosWhenThereIsNoNode() {
        FanOutHarness h = withNodes();

        assertThat(h.push(ACCEPTED).result().nodesTargeted()).isZero();
        assertThat(h.push(DELIVERED).result().delivery()).isEqualTo(DeliveryCounts.NONE);
    }

    @Test
    void namesNodesThatHaveNotReportedWhenTheReplyDeadlineComes() {
        FanOutHarness h = withNodes("quick", "slow");
        Caller caller = h.push(DELIVERED, 1_000);
        long id = h.lastPushId();
        h.accept("quick", id);
        h.accept("slow", id);
        h.report("quick", id, written(2));

        h.pass(890);
        assertThat(caller.answers).isEmpty();
        h.pass(10);

        assertThat(caller.result().delivery()).isEqualTo(written(2));
        assertThat(caller.result().nodesAccepted()).isEqualTo(2);
        NodeReport slow = caller.result().nodes().get(1);
        assertThat(slow.nodeId()).isEqualTo("node-slow");
        assertThat(slow.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(slow.accepted()).isTrue();
        assertThat(slow.delivery()).isNull();
    }

    @Test
    void leavesTenPercentOfTheTimeButAtLeastTwentyAndAtMostTwoHundredMillis() {
        FanOutLimits limits = FanOutHarness.limits();

        assertThat(limits.replyDeadlineNanos(1_000 * MILLI, 0, DELIVERED)).isEqualTo(900 * MILLI);
        assertThat(limits.replyDeadlineNanos(100 * MILLI, 0, DELIVERED)).isEqualTo(80 * MILLI);
        assertThat(limits.replyDeadlineNanos(10_000 * MILLI, 0, DELIVERED)).isEqualTo(9_800 * MILLI);
        assertThat(limits.replyDeadlineNanos(30 * MILLI, 0, DELIVERED)).isEqualTo(10 * MILLI);
        assertThat(limits.replyDeadlineNanos(30 * MILLI, 0, ACCEPTED)).isEqualTo(15 * MILLI);
        assertThat(limits.replyDeadlineNanos(1_500 * MILLI, 500 * MILLI, DELIVERED))
                .isEqualTo(1_400 * MILLI);
    }

    @Test
    void countsAMailboxThatDidNotAnswerInTimeAsNotAccepted() {
        FanOutHarness h = withNodes("a", "b");
        Caller caller = h.push(ACCEPTED, 1_000);
        h.accept("a", h.lastPushId());

        h.pass(900);

        assertThat(caller.result().nodesAccepted()).isEqualTo(1);
        assertThat(caller.result().nodesFailed()).isEqualTo(1);
        assertThat(caller.result().nodes().get(1).outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(caller.result().nodes().get(1).accepted()).isFalse();
    }

    @Test
    void saysUnavailableWhenNoMailboxAnsweredInTime() {
        FanOutHarness h = withNodes("a");
        Caller caller = h.push(ACCEPTED, 1_000);

        h.pass(1_000);

        assertThat(caller.error().code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(caller.error().retryAfterMillis()).isPositive();
    }

    @Test
    void saysResourceExhaustedWhenEveryMailboxIsFull() {
        FanOutHarness h = withNodes("a", "b");
        Caller caller = h.push(ACCEPTED);
        h.reject("a", h.lastPushId(), Outcome.REJECTED_FULL);
        h.reject("b", h.lastPushId(), Outcome.REJECTED_FULL);

        assertThat(caller.error().code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
        assertThat(caller.error().reason()).isEqualTo("MAILBOX_FULL");
        assertThat(caller.error().retryAfterMillis()).isPositive();
    }

    @Test
    void saysUnavailableWhenNoNodeTookItForDifferentReasons() {
        FanOutHarness h = withNodes("a", "b");
        Caller caller = h.push(DELIVERED);
        h.reject("a", h.lastPushId(), Outcome.REJECTED_FULL);
        h.reject("b", h.lastPushId(), Outcome.REJECTED_DRAINING);

        assertThat(caller.error().code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(caller.error().message()).contains("none of 2 nodes", "1 mailboxes full", "said the test");
    }

    @Test
    void refusesPushesBeforeTheFirstList() {
        FanOutHarness h = new FanOutHarness(FanOutHarness.limits(), 0);

        assertThat(h.push(ACCEPTED).error().reason()).isEqualTo("NO_MEMBERSHIP_YET");
        assertThat(h.push(ACCEPTED).error().code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void doesNotSendAPushWhoseDeadlineHasPassed() {
        FanOutHarness h = withNodes("a");

        assertThat(h.push(ACCEPTED, 0).error().code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(h.offers).isEmpty();
    }

    @Test
    void rejectsWithoutOfferingOnceTheCreditsOfANodeAreUsedUp() {
        FanOutHarness h = new FanOutHarness(new FanOutLimits(2, 100, 10, MILLI, 1_000), 0);
        h.fanOut.membershipKnown();
        h.open("a");
        h.push(ACCEPTED);
        long first = h.lastPushId();
        h.push(ACCEPTED);

        assertThat(h.push(ACCEPTED).error().reason()).isEqualTo("MAILBOX_FULL");
        assertThat(h.offers).hasSize(2);

        h.accept("a", first);
        h.push(ACCEPTED);
        assertThat(h.offers).hasSize(3);
    }

    @Test
    void givesTheCreditBackWhenAMailboxAnswersAfterTheDeadline() {
        FanOutHarness h = new FanOutHarness(new FanOutLimits(1, 100, 10, MILLI, 1_000), 0);
        h.fanOut.membershipKnown();
        h.open("a");
        h.push(DELIVERED, 100);
        long late = h.lastPushId();
        h.pass(100);

        h.accept("a", late);
        h.report("a", late, written(1));
        h.push(DELIVERED, 100);

        assertThat(h.offers).hasSize(2);
        assertThat(h.push(DELIVERED, 100).error().reason()).isEqualTo("MAILBOX_FULL");
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
    void refusesMorePushesThanItMayHoldOpen() {
        FanOutHarness h = new FanOutHarness(new FanOutLimits(100, 1, 10, MILLI, 1_000), 0);
        h.fanOut.membershipKnown();
        h.open("a");
        h.push(ACCEPTED);

        assertThat(h.push(ACCEPTED).error().reason()).isEqualTo("TOO_MANY_PUSHES");
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
    void ignoresAnswersThatComeTwiceOrContradictAnEnd() {
        FanOutHarness h = withNodes("a", "b");
        Caller caller = h.push(DELIVERED);
        long id = h.lastPushId();
        h.accept("a", id);
        h.accept("a", id);
        h.report("a", id, written(1));
        h.report("a", id, written(9));
        h.end("a", id, Outcome.FAILED);
        assertThat(caller.answers).isEmpty();

        h.accept("b", id);
        h.report("b", id, written(2));

        assertThat(caller.result().delivery()).isEqualTo(written(3));
    }

    @Test
    void takesAcceptedWithAReasonForTheEndAtANodeThatNeverReports() {
        FanOutHarness h = withNodes("old");
        Caller caller = h.push(DELIVERED);
        h.accept("old", h.lastPushId());
        h.end("old", h.lastPushId(), Outcome.ACCEPTED);

        assertThat(caller.result().nodes())
                .containsExactly(NodeReport.unreported("node-old", Outcome.ACCEPTED, "said the test"));
        assertThat(caller.result().delivery()).isEqualTo(DeliveryCounts.NONE);
    }

    @Test
    void givesOneCreditBackForAnOfferHoweverOftenItIsAnswered() {
        FanOutHarness h = new FanOutHarness(new FanOutLimits(2, 100, 10, MILLI, 1_000), 0);
        h.fanOut.membershipKnown();
        h.open("a");
        h.push(DELIVERED);
        long first = h.lastPushId();
        h.push(DELIVERED);
        h.accept("a", first);
        h.accept("a", first);
        h.report("a", first, written(1));

        h.push(DELIVERED);

        assertThat(h.push(DELIVERED).error().reason()).isEqualTo("MAILBOX_FULL");
    }

    @Test
    void countsThePushesThatAreOpen() {
        FanOutHarness h = withNodes("a");
        h.push(DELIVERED);
        h.push(ACCEPTED);
        assertThat(h.fanOut.openPushes()).isEqualTo(2);

        h.accept("a", h.lastPushId());
        assertThat(h.fanOut.openPushes()).isEqualTo(1);
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

    /** A caller's code may run inside the round that answers those whose time is up. */
    @Test
    void aPushThatEndsWhileTimeOutsAreHandedOutIsAnsweredOnce() {
        FanOutHarness h = withNodes("a");
        Caller first = new Caller();
        Caller second = new Caller();
        List<Long> ids = new ArrayList<>();
        h.fanOut.push(h.message("one", false, DELIVERED, "x", 1_000), h.now, answer -> {
            first.answers.add(answer);
            h.report("a", ids.get(1), written(1));
        });
        ids.add(h.lastPushId());
        h.fanOut.push(h.message("two", false, DELIVERED, "x", 1_000), h.now, answer -> {
            second.answers.add(answer);
            h.report("a", ids.get(0), written(1));
        });
        ids.add(h.lastPushId());
        h.accept("a", ids.get(0));
        h.accept("a", ids.get(1));

        h.pass(1_000);

        // Whose turn comes first is not promised: that one timed out, and while it was told so the other was reported.
        assertThat(List.of(
                        first.result().nodes().get(0).outcome(),
                        second.result().nodes().get(0).outcome()))
                .containsExactlyInAnyOrder(Outcome.TIMED_OUT, Outcome.REPORTED);
    }

    @Test
    void aClientThatAnswersTwiceGetsNoMoreOffersThanItsCredits() {
        FanOutHarness h = new FanOutHarness(new FanOutLimits(1, 100, 100, MILLI, 1_000), 0);
        h.fanOut.membershipKnown();
        h.open("a");
        h.push(ACCEPTED);
        for (int i = 0; i < 3; i++) {
            h.accept("a", h.lastPushId());
        }

        h.push(ACCEPTED);
        Caller tooMany = h.push(ACCEPTED);

        assertThat(h.offers).hasSize(2);
        assertThat(tooMany.error().code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
    }
}
