package io.pushmanager.core.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.explain.ExplainLimits;
import io.pushmanager.core.explain.PushTrail;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Action;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.Outcome;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What fan-out can tell of a push afterwards; and pushes that are none. */
class FanOutTrailsTest {

    private static final long MILLI = FanOutHarness.MILLI;

    private final FanOutHarness h = FanOutHarness.withNodes("a", "b");
    private final FanOutTrails trails = h.fanOut.keepTrails(new ExplainLimits(true, 8, 1 << 20, 100 * MILLI));

    @Test
    void tellsTheTimesAndWhatEachNodeSaid() {
        long start = h.now;
        h.pushAs("m", AckLevel.DELIVERED, "x");
        long id = h.lastPushId();
        h.accept("a", id);
        h.reject("b", id, Outcome.REJECTED_FULL);
        assertThat(trails.find("m").get(0).isAnswered()).isFalse();
        h.fanOut.hear(start + 7 * MILLI);
        h.report("a", id, new DeliveryCounts(2, 2, 0, 0, 0, 0, 0));

        PushTrail trail = trails.find("m").get(0);
        assertThat(trail.receivedNanos()).isEqualTo(start);
        assertThat(trail.offeredNanos()).isEqualTo(start);
        assertThat(trail.isAnswered()).isTrue();
        assertThat(trail.answeredNanos()).isEqualTo(start + 7 * MILLI);
        assertThat(trail.nodes())
                .extracting(node -> node.clientId() + " " + node.report().outcome())
                .containsExactlyInAnyOrder("a REPORTED", "b REJECTED_FULL");
        assertThat(trails.find("other")).isEmpty();
    }

    @Test
    void aFailedAndASlowOneAreKeptWhenOthersAreForgotten() {
        h.pushAs("failed", AckLevel.ACCEPTED, "x");
        h.accept("a", h.lastPushId());
        h.reject("b", h.lastPushId(), Outcome.REJECTED_FULL);
        h.pushAs("slow", AckLevel.ACCEPTED, "x");
        h.fanOut.hear(h.now + 101 * MILLI);
        h.accept("a", h.lastPushId());
        h.accept("b", h.lastPushId());
        h.pushAs("fine", AckLevel.ACCEPTED, "x");
        h.accept("a", h.lastPushId());
        h.accept("b", h.lastPushId());
        for (int i = 0; i < 20; i++) {
            h.push(AckLevel.ACCEPTED);
            h.accept("a", h.lastPushId());
            h.accept("b", h.lastPushId());
        }

        assertThat(trails.find("failed")).hasSize(1);
        assertThat(trails.find("slow")).hasSize(1);
        assertThat(trails.find("fine")).isEmpty();
    }

    @Test
    void aDryRunIsNotTakenForThePush() {
        FanOutHarness.Caller dry = h.push(message("m", Action.COUNT));
        h.accept("a", h.lastPushId());
        h.accept("b", h.lastPushId());
        h.report("a", h.lastPushId(), DeliveryCounts.matchedOnly(3));
        h.report("b", h.lastPushId(), DeliveryCounts.matchedOnly(0));
        assertThat(dry.result().dryRun()).isTrue();
        assertThat(dry.result().delivery()).isEqualTo(DeliveryCounts.matchedOnly(3));

        int before = h.offers.size();
        h.push(message("m", null));
        assertThat(h.offers).hasSize(before + 2);
    }

    @Test
    void anActionIsDoneOnceForAMessageIdAndIsNotAnother() {
        FanOutHarness.Caller first = h.push(message("m", new Action.Join("r")));
        for (String node : new String[] {"a", "b"}) {
            h.accept(node, h.lastPushId());
            h.report(node, h.lastPushId(), new DeliveryCounts(1, 1, 0, 0, 0, 0, 0));
        }
        int before = h.offers.size();

        assertThat(h.push(message("m", new Action.Join("r"))).result()).isEqualTo(first.result());
        assertThat(h.offers).hasSize(before);
        assertThat(h.push(message("m", new Action.Join("other"))).error().code())
                .isEqualTo(ErrorCode.ALREADY_EXISTS);
        assertThat(h.push(message("m", new Action.Leave("r"))).error().code()).isEqualTo(ErrorCode.ALREADY_EXISTS);
    }

    private PushMessage message(String id, @Nullable Action action) {
        return PushMessage.of(
                id,
                true,
                Api.OPERATOR,
                Target.user("u"),
                Content.none(),
                AckLevel.DELIVERED,
                h.now + 5_000 * MILLI,
                null,
                h.now,
                action);
    }
}
