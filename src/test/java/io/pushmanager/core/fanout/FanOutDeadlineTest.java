package io.pushmanager.core.fanout;

import static io.pushmanager.core.fanout.FanOutHarness.MILLI;
import static io.pushmanager.core.fanout.FanOutHarness.withNodes;
import static io.pushmanager.core.fanout.FanOutHarness.written;
import static io.pushmanager.core.message.AckLevel.ACCEPTED;
import static io.pushmanager.core.message.AckLevel.DELIVERED;
import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.fanout.FanOutHarness.Caller;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a caller is answered when its time is over. */
class FanOutDeadlineTest {

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
    void doesNotSendAPushWhoseDeadlineHasPassed() {
        FanOutHarness h = withNodes("a");

        assertThat(h.push(ACCEPTED, 0).error().code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(h.offers).isEmpty();
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
}
