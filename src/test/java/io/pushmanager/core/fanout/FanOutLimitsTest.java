package io.pushmanager.core.fanout;

import static io.pushmanager.core.fanout.FanOutHarness.MILLI;
import static io.pushmanager.core.fanout.FanOutHarness.withNodes;
import static io.pushmanager.core.fanout.FanOutHarness.written;
import static io.pushmanager.core.message.AckLevel.ACCEPTED;
import static io.pushmanager.core.message.AckLevel.DELIVERED;
import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.fanout.FanOutHarness.Caller;
import io.pushmanager.core.outcome.ErrorCode;
import org.junit.jupiter.api.Test;

/** How much may be open: offers to one node, and pushes altogether. */
class FanOutLimitsTest {

    @Test
    void rejectsWithoutOfferingOnceTheCreditsOfANodeAreUsedUp() {
        FanOutHarness h = withNodeA(new FanOutLimits(2, 100, 10, MILLI, 1_000));
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
        FanOutHarness h = withNodeA(new FanOutLimits(1, 100, 10, MILLI, 1_000));
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
    void refusesMorePushesThanItMayHoldOpen() {
        FanOutHarness h = withNodeA(new FanOutLimits(100, 1, 10, MILLI, 1_000));
        h.push(ACCEPTED);

        assertThat(h.push(ACCEPTED).error().reason()).isEqualTo("TOO_MANY_PUSHES");
    }

    @Test
    void givesOneCreditBackForAnOfferHoweverOftenItIsAnswered() {
        FanOutHarness h = withNodeA(new FanOutLimits(2, 100, 10, MILLI, 1_000));
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
    void aClientThatAnswersTwiceGetsNoMoreOffersThanItsCredits() {
        FanOutHarness h = withNodeA(new FanOutLimits(1, 100, 100, MILLI, 1_000));
        h.push(ACCEPTED);
        for (int i = 0; i < 3; i++) {
            h.accept("a", h.lastPushId());
        }

        h.push(ACCEPTED);
        Caller tooMany = h.push(ACCEPTED);

        assertThat(h.offers).hasSize(2);
        assertThat(tooMany.error().code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
    }

    private static FanOutHarness withNodeA(FanOutLimits limits) {
        FanOutHarness h = new FanOutHarness(limits, 0);
        h.fanOut.membershipKnown();
        h.open("a");
        return h;
    }
}
