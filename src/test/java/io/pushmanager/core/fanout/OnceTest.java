package io.pushmanager.core.fanout;

import static io.pushmanager.core.fanout.FanOutHarness.MILLI;
import static io.pushmanager.core.fanout.FanOutHarness.withNodes;
import static io.pushmanager.core.fanout.FanOutHarness.written;
import static io.pushmanager.core.message.AckLevel.ACCEPTED;
import static io.pushmanager.core.message.AckLevel.DELIVERED;
import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.fanout.FanOutHarness.Caller;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.Outcome;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What docs/decisions/0006-once.md says of a message id that comes again. */
class OnceTest {

    @Test
    void joinsARepeatToTheFirstWhileItRuns() {
        FanOutHarness h = withNodes("a");
        Caller first = h.pushAs("id", DELIVERED, "x");
        Caller second = h.pushAs("id", DELIVERED, "x");
        assertThat(h.offers).hasSize(1);

        h.accept("a", h.lastPushId());
        h.report("a", h.lastPushId(), written(2));

        assertThat(second.result()).isSameAs(first.result());
    }

    @Test
    void answersARepeatWithTheOutcomeOfAFirstThatEndedWell() {
        FanOutHarness h = withNodes("a");
        Caller first = h.pushAs("id", DELIVERED, "x");
        h.accept("a", h.lastPushId());
        h.report("a", h.lastPushId(), written(2));

        Caller second = h.pushAs("id", DELIVERED, "x");

        assertThat(h.offers).hasSize(1);
        assertThat(second.result()).isEqualTo(first.result());
    }

    @Test
    void sendsARepeatOfAFirstThatNotEveryNodeTook() {
        FanOutHarness h = withNodes("a", "b");
        h.pushAs("id", ACCEPTED, "x");
        h.accept("a", h.lastPushId());
        h.reject("b", h.lastPushId(), Outcome.REJECTED_FULL);

        h.pushAs("id", ACCEPTED, "x");

        assertThat(h.offers).hasSize(4);
    }

    @Test
    void sendsARepeatOfAFirstThatTimedOut() {
        FanOutHarness h = withNodes("a");
        h.pushAs("id", DELIVERED, "x");
        h.accept("a", h.lastPushId());
        h.pass(5_000);

        Caller second = h.pushAs("id", DELIVERED, "x");
        h.accept("a", h.lastPushId());
        h.report("a", h.lastPushId(), new DeliveryCounts(1, 0, 0, 0, 1, 0, 0));

        assertThat(h.offers).hasSize(2);
        assertThat(second.result().delivery().duplicate()).isEqualTo(1);
    }

    @Test
    void sendsARepeatOfAFirstThatLeftUnknownConnections() {
        FanOutHarness h = withNodes("a");
        h.pushAs("id", DELIVERED, "x");
        h.accept("a", h.lastPushId());
        h.report("a", h.lastPushId(), new DeliveryCounts(2, 1, 0, 0, 0, 0, 1));

        h.pushAs("id", DELIVERED, "x");

        assertThat(h.offers).hasSize(2);
    }

    @Test
    void doesNotSendARepeatOfAFirstThatANewerOneReplaced() {
        FanOutHarness h = withNodes("a");
        Caller first = h.pushAs("id", DELIVERED, "x");
        h.accept("a", h.lastPushId());
        h.end("a", h.lastPushId(), Outcome.CONFLATED);

        Caller second = h.pushAs("id", DELIVERED, "x");

        assertThat(h.offers).hasSize(1);
        assertThat(second.result()).isEqualTo(first.result());
    }

    @Test
    void sendsARepeatOfAFirstThatExpired() {
        FanOutHarness h = withNodes("a");
        h.pushAs("id", DELIVERED, "x");
        h.accept("a", h.lastPushId());
        h.end("a", h.lastPushId(), Outcome.EXPIRED);

        h.pushAs("id", DELIVERED, "x");

        assertThat(h.offers).hasSize(2);
    }

    @Test
    void sendsARepeatThatAsksForAnotherAcknowledgement() {
        FanOutHarness h = withNodes("a");
        h.pushAs("id", ACCEPTED, "x");
        Caller delivered = h.pushAs("id", DELIVERED, "x");
        assertThat(h.offers).hasSize(2);

        h.accept("a", h.lastPushId());
        h.report("a", h.lastPushId(), written(1));

        assertThat(delivered.result().delivery()).isEqualTo(written(1));
    }

    @Test
    @Tag("bad-input-9")
    void saysAlreadyExistsToTheSameIdWithAnotherContent() {
        FanOutHarness h = withNodes("a");
        h.pushAs("id", ACCEPTED, "x");

        Caller whileRunning = h.pushAs("id", ACCEPTED, "y");
        h.accept("a", h.lastPushId());
        Caller afterwards = h.pushAs("id", ACCEPTED, "y");

        assertThat(whileRunning.error().code()).isEqualTo(ErrorCode.ALREADY_EXISTS);
        assertThat(whileRunning.error().reason()).isEqualTo("MESSAGE_ID_REUSED");
        assertThat(afterwards.error().code()).isEqualTo(ErrorCode.ALREADY_EXISTS);
        assertThat(h.offers).hasSize(1);
    }

    @Test
    @Tag("bad-input-9")
    void saysAlreadyExistsToTheSameIdForAnotherTarget() {
        FanOutHarness h = withNodes("a");
        h.pushAs("id", ACCEPTED, "x");

        Caller other = h.push(PushMessage.of(
                "id",
                true,
                Api.PUSH_TO_USER,
                Target.user("room"),
                Content.text("x", h.now),
                ACCEPTED,
                h.now + 1_000 * MILLI,
                null));

        assertThat(other.error().code()).isEqualTo(ErrorCode.ALREADY_EXISTS);
    }

    @Test
    void takesARepeatStampedLaterForTheSamePush() {
        FanOutHarness h = withNodes("a");
        h.pushAs("id", ACCEPTED, "x");
        h.accept("a", h.lastPushId());
        h.pass(1_000);

        assertThat(h.pushAs("id", ACCEPTED, "x").result().nodesAccepted()).isEqualTo(1);
    }

    @Test
    void answersEachCallerOfAPushAtItsOwnDeadline() {
        FanOutHarness h = withNodes("a");
        Caller patient = h.push(h.message("id", true, DELIVERED, "x", 5_000));
        Caller hasty = h.push(h.message("id", true, DELIVERED, "x", 100));
        h.accept("a", h.lastPushId());

        h.pass(100);
        assertThat(hasty.result().nodes().get(0).outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(patient.answers).isEmpty();
        h.report("a", h.lastPushId(), written(1));

        assertThat(patient.result().delivery()).isEqualTo(written(1));
        assertThat(h.ended).isEqualTo(1);
    }

    @Test
    void forgetsAnIdAfterTheWindow() {
        FanOutHarness h = withNodes("a");
        h.pushAs("id", ACCEPTED, "x");
        h.accept("a", h.lastPushId());

        h.pass(120_000 - 1);
        assertThat(h.pushAs("id", ACCEPTED, "y").error().code()).isEqualTo(ErrorCode.ALREADY_EXISTS);
        h.pass(1);
        h.pushAs("id", ACCEPTED, "y");

        assertThat(h.offers).hasSize(2);
    }

    @Test
    void doesNotRememberGeneratedIds() {
        FanOutHarness h = withNodes("a");
        h.push(h.message("id", false, ACCEPTED, "x", 1_000));
        h.push(h.message("id", false, ACCEPTED, "y", 1_000));

        assertThat(h.offers).hasSize(2);
    }
}
