package io.pushmanager.core.fanout;

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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a caller is answered, once its nodes have answered. */
class FanOutTest {

    @Test
    void whatExpiresBeforeAMailboxHasTakenItIsNoFailureOfTheNode() {
        FanOutHarness h = withNodes("a", "b");
        Caller caller = h.push(ACCEPTED);
        h.accept("a", h.lastPushId());
        h.reject("b", h.lastPushId(), Outcome.EXPIRED);

        assertThat(caller.result().nodesAccepted()).isEqualTo(2);
        assertThat(caller.result().nodes().get(1).outcome()).isEqualTo(Outcome.EXPIRED);
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
}
