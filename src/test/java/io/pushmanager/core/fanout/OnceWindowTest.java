package io.pushmanager.core.fanout;

import static io.pushmanager.core.fanout.FanOutHarness.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.PushResult;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class OnceWindowTest {

    private static final NodeSlot[] NOWHERE = {};

    private final OnceWindow window = new OnceWindow(3, 1_000, 500);

    @Test
    void forgetsTheEldestIdBeyondItsCount() {
        for (int i = 0; i < 4; i++) {
            window.add("id-" + i, i, 0);
        }

        assertThat(window.size()).isEqualTo(3);
        assertThat(window.find("id-0", 0)).isNull();
        assertThat(window.find("id-1", 0)).isNotNull();
    }

    @Test
    void remembersAnIdForTheWindowSinceItWasLastSent() {
        OnceWindow.Entry entry = window.add("id", 1, 0);
        window.sent(entry, push("id"), 900);

        assertThat(window.find("id", 1_899)).isSameAs(entry);
        assertThat(window.find("id", 1_900)).isNull();
        assertThat(window.size()).isZero();
    }

    @Test
    void forgetsTheEldestOutcomeBeyondItsBytesAndKeepsTheId() {
        endWell("old");
        endWell("new");
        assertThat(window.storedBytes()).isBetween(400L, 500L);

        endWell("newest");

        assertThat(window.find("old", 0).outcome(AckLevel.DELIVERED)).isNull();
        assertThat(window.find("new", 0).outcome(AckLevel.DELIVERED)).isNotNull();
        assertThat(window.storedBytes()).isBetween(400L, 500L);
    }

    @Test
    void givesBackTheBytesOfWhatItForgets() {
        endWell("id");

        assertThat(window.find("id", 5_000)).isNull();
        assertThat(window.storedBytes()).isZero();
    }

    @Test
    void offersTheRunningPushOnlyToTheSameAcknowledgement() {
        OnceWindow.Entry entry = window.add("id", 1, 0);
        OpenPush running = push("id");
        window.sent(entry, running, 0);

        assertThat(entry.running(AckLevel.DELIVERED)).isSameAs(running);
        assertThat(entry.running(AckLevel.ACCEPTED)).isNull();
        window.ended(entry, running, null);
        assertThat(entry.running(AckLevel.DELIVERED)).isNull();
    }

    @Test
    void keepsNothingForAPushThatOutlivedItsId() {
        OnceWindow.Entry entry = window.add("id", 1, 0);
        OpenPush running = push("id");
        window.sent(entry, running, 0);
        window.find("other", 1_000);

        window.ended(entry, running, result("id"));

        assertThat(window.storedBytes()).isZero();
    }

    @Test
    void keepsNothingForAPushWhoseIdWasPushedOutByNewerOnes() {
        OnceWindow.Entry entry = window.add("id", 1, 0);
        OpenPush running = push("id");
        window.sent(entry, running, 0);
        for (int i = 0; i < 3; i++) {
            window.add("newer-" + i, i, 0);
        }

        window.ended(entry, running, result("id"));

        assertThat(window.storedBytes()).isZero();
    }

    @Test
    void keepsTheFirstGoodOutcomeOfAnId() {
        OnceWindow.Entry entry = window.add("id", 1, 0);
        OpenPush first = push("id");
        window.sent(entry, first, 0);
        PushResult outcome = result("id");
        window.ended(entry, first, outcome);
        OpenPush second = push("id");
        window.sent(entry, second, 1);
        window.ended(entry, second, result("id"));

        assertThat(entry.outcome(AckLevel.DELIVERED)).isSameAs(outcome);
        assertThat(window.storedBytes()).isLessThan(250);
    }

    @Test
    void doesNotCollectWhatItForgotBehindAnIdThatIsSentAgainAndAgain() {
        OnceWindow roomy = new OnceWindow(3, 1_000, 1_000_000);
        OnceWindow.Entry again = roomy.add("again", 1, 0);
        roomy.ended(again, push("again"), result("again"));
        for (int i = 0; i < 1_000; i++) {
            long now = i * 600L;
            roomy.find("any", now);
            roomy.sent(again, push("again"), now);
            roomy.ended(roomy.add("other-" + i, i, now), push("other-" + i), result("other-" + i));
        }

        assertThat(again.outcome(AckLevel.DELIVERED)).isNotNull();
        assertThat(roomy.queuedOutcomes()).isLessThan(100);
    }

    @Test
    void keepsTheByteBoundAfterItWasClearedOfForgottenOutcomes() {
        OnceWindow small = new OnceWindow(3, 1_000, 700);
        for (int i = 0; i < 1_000; i++) {
            String id = "id-" + i;
            small.find("any", i * 100L);
            small.ended(small.add(id, i, i * 100L), push(id), result(id));

            assertThat(small.storedBytes()).isBetween(200L, 700L);
            assertThat(small.find(id, i * 100L).outcome(AckLevel.DELIVERED)).isNotNull();
        }
    }

    @Test
    void queuesTheOutcomesItKeeps() {
        endWell("one");
        endWell("two");

        assertThat(window.queuedOutcomes()).isEqualTo(2);
    }

    @Test
    void keepsAnOutcomeThatJustFits() {
        OnceWindow measure = new OnceWindow(3, 1_000, 1_000_000);
        measure.ended(measure.add("id", 1, 0), push("id"), result("id"));
        OnceWindow exact = new OnceWindow(3, 1_000, measure.storedBytes());
        OnceWindow tooSmall = new OnceWindow(3, 1_000, measure.storedBytes() - 1);

        exact.ended(exact.add("id", 1, 0), push("id"), result("id"));
        tooSmall.ended(tooSmall.add("id", 1, 0), push("id"), result("id"));

        assertThat(exact.find("id", 0).outcome(AckLevel.DELIVERED)).isNotNull();
        assertThat(tooSmall.find("id", 0).outcome(AckLevel.DELIVERED)).isNull();
    }

    @Test
    void whatSurvivesAClearingCanStillMakeRoomForNewerOutcomes() {
        OnceWindow bounded = new OnceWindow(3, 1_000, 900);
        OnceWindow.Entry again = bounded.add("again", 1, 0);
        bounded.ended(again, push("again"), result("again"));
        for (int i = 0; i < 1_000; i++) {
            long now = i * 600L;
            bounded.find("any", now);
            bounded.sent(again, push("again"), now);
            bounded.ended(bounded.add("other-" + i, i, now), push("other-" + i), result("other-" + i));
        }
        assertThat(again.outcome(AckLevel.DELIVERED)).isNotNull();

        NodeReport report = NodeReport.reported("node", written(1));
        PushResult large = new PushResult("large", 7, 0, written(7), Collections.nCopies(7, report), false);
        OnceWindow.Entry newest = bounded.add("large", 1, 600_000);
        bounded.ended(newest, push("large"), large);

        assertThat(again.outcome(AckLevel.DELIVERED)).isNull();
        assertThat(newest.outcome(AckLevel.DELIVERED)).isSameAs(large);
    }

    private void endWell(String id) {
        OnceWindow.Entry entry = window.add(id, 1, 0);
        OpenPush push = push(id);
        window.sent(entry, push, 0);
        window.ended(entry, push, result(id));
    }

    private static PushResult result(String id) {
        return new PushResult(id, 1, 0, written(1), List.of(NodeReport.reported("node", written(1))), false);
    }

    private static OpenPush push(String id) {
        PushMessage message = PushMessage.of(
                id, true, Api.HTTP, Target.everyone(), Content.text("x", 0), AckLevel.DELIVERED, 0, null);
        return new OpenPush(message, NOWHERE, null);
    }
}
