package io.pushmanager.core.mailbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MailboxTest {

    private static final int SMALL = PushMessage.OVERHEAD_BYTES + "TEXT".length() + 1;

    @Test
    void rejectsTheNewestWhenTheCountIsReached() {
        Mailbox mailbox = mailbox(10, 2, 1_000_000);

        assertThat(mailbox.offer(entry(1, "a"), 0)).isEqualTo(Outcome.ACCEPTED);
        assertThat(mailbox.offer(entry(2, "b"), 0)).isEqualTo(Outcome.ACCEPTED);
        assertThat(mailbox.offer(entry(3, "c"), 0)).isEqualTo(Outcome.REJECTED_FULL);
        assertThat(outcomesInOrder(mailbox)).containsExactly(1L, 2L);
    }

    @Test
    void rejectsTheNewestWhenItsBytesDoNotFit() {
        Mailbox mailbox = mailbox(10, 100, 2L * SMALL);

        assertThat(mailbox.offer(entry(1, "a"), 0)).isEqualTo(Outcome.ACCEPTED);
        assertThat(mailbox.offer(entry(2, "a"), 0)).isEqualTo(Outcome.ACCEPTED);
        assertThat(mailbox.bytes()).isEqualTo(2L * SMALL);
        assertThat(mailbox.offer(entry(3, "a"), 0)).isEqualTo(Outcome.REJECTED_FULL);
    }

    @Test
    void countsWhatIsUnderWayUntilItHasItsOutcome() {
        Mailbox mailbox = mailbox(1, 1, 1_000_000);
        mailbox.offer(entry(1, "a"), 0);

        int lane = mailbox.start(0);

        assertThat(mailbox.offer(entry(2, "a"), 0)).isEqualTo(Outcome.REJECTED_FULL);
        assertThat(mailbox.messages()).isEqualTo(1);
        assertThat(mailbox.inFlight()).isEqualTo(1);
        mailbox.finish(lane, 0);
        assertThat(mailbox.inFlight()).isZero();
        assertThat(mailbox.bytes()).isZero();
        assertThat(mailbox.isEmpty()).isTrue();
        assertThat(mailbox.offer(entry(3, "a"), 0)).isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void rejectsEveryOfferWhileDrainingAndStillSendsWhatItHas() {
        Mailbox mailbox = mailbox(10, 10, 1_000_000);
        mailbox.offer(entry(1, "a"), 0);

        mailbox.drain();

        assertThat(mailbox.offer(entry(2, "a"), 0)).isEqualTo(Outcome.REJECTED_DRAINING);
        assertThat(outcomesInOrder(mailbox)).containsExactly(1L);
    }

    @Test
    void hasOnePushOfATargetUnderWayAtATime() {
        Mailbox mailbox = mailbox(10, 10, 1_000_000);
        mailbox.offer(entry(1, "a"), 0);
        mailbox.offer(entry(2, "a"), 0);

        int lane = mailbox.start(0);

        assertThat(mailbox.start(0)).isEqualTo(-1);
        assertThat(mailbox.finish(lane, 0).pushId()).isEqualTo(1);
        assertThat(mailbox.underWay(mailbox.start(0)).pushId()).isEqualTo(2);
    }

    @Test
    void usesEveryLaneForManyTargets() {
        Mailbox mailbox = mailbox(10, 1_000, 1_000_000);
        for (int room = 0; room < 100; room++) {
            mailbox.offer(entry(room, "room-" + room), 0);
        }

        Set<Integer> started = new HashSet<>();
        for (int lane = mailbox.start(0); lane >= 0; lane = mailbox.start(0)) {
            started.add(lane);
        }

        assertThat(started).hasSize(10);
    }

    @Test
    void lanesTakeTurns() {
        Mailbox mailbox = mailbox(2, 100, 1_000_000);
        String other = roomOfAnotherLane(mailbox);
        mailbox.offer(entry(1, "a"), 0);
        mailbox.offer(entry(2, "a"), 0);
        mailbox.offer(entry(3, other), 0);

        int first = mailbox.start(0);
        mailbox.finish(first, 0);

        assertThat(mailbox.underWay(mailbox.start(0)).pushId()).isEqualTo(3);
    }

    @Test
    void abandonEndsWhatIsUnderWayAndWhatWaits() {
        Mailbox mailbox = mailbox(1, 10, 1_000_000);
        mailbox.offer(entry(1, "a"), 0);
        mailbox.offer(entry(2, "a"), 0);
        mailbox.start(0);

        List<Long> ended = new ArrayList<>();
        mailbox.abandon(entry -> ended.add(entry.pushId()), 0);

        assertThat(ended).containsExactlyInAnyOrder(1L, 2L);
        assertThat(mailbox.isEmpty()).isTrue();
        assertThat(mailbox.bytes()).isZero();
        assertThat(mailbox.start(0)).isEqualTo(-1);
    }

    @Test
    void abandonWaitingLeavesWhatIsUnderWay() {
        Mailbox mailbox = mailbox(1, 10, 1_000_000);
        mailbox.offer(entry(1, "a"), 0);
        mailbox.offer(entry(2, "a"), 0);
        mailbox.offer(entry(3, "a"), 0);
        int lane = mailbox.start(0);

        List<Long> ended = new ArrayList<>();
        mailbox.abandonWaiting(entry -> ended.add(entry.pushId()));

        assertThat(ended).containsExactly(2L, 3L);
        assertThat(mailbox.messages()).isEqualTo(1);
        assertThat(mailbox.finish(lane, 0).pushId()).isEqualTo(1);
        assertThat(mailbox.start(0)).isEqualTo(-1);
        assertThat(mailbox.offer(entry(4, "a"), 0)).isEqualTo(Outcome.ACCEPTED);
        assertThat(mailbox.start(0)).isEqualTo(lane);
    }

    @Test
    void aPushCannotEndTwice() {
        Mailbox mailbox = mailbox(1, 10, 1_000_000);
        mailbox.offer(entry(1, "a"), 0);
        int lane = mailbox.start(0);
        mailbox.finish(lane, 0);

        assertThatThrownBy(() -> mailbox.finish(lane, 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesBoundsThatHoldNothing() {
        assertThatThrownBy(() -> mailbox(0, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> mailbox(1, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> mailbox(1, 1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Random offers, completions in random order, now and then everything abandoned. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 42, 1234567})
    void everyPushHasExactlyOneOutcomeInOrderPerTargetWithinTheBounds(long seed) {
        Random random = new Random(seed);
        int maxMessages = 1 + random.nextInt(50);
        long maxBytes = SMALL + random.nextInt(50 * SMALL);
        Mailbox mailbox = mailbox(1 + random.nextInt(12), maxMessages, maxBytes);
        Map<Long, String> accepted = new HashMap<>();
        Map<String, Long> lastStarted = new HashMap<>();
        Set<Long> ended = new HashSet<>();
        List<Integer> underWay = new ArrayList<>();
        for (long id = 0; id < 20_000; id++) {
            String room = "room-" + random.nextInt(30);
            Outcome outcome = mailbox.offer(entry(id, room), 0);
            if (outcome == Outcome.ACCEPTED) {
                accepted.put(id, room);
            } else {
                assertThat(outcome).isEqualTo(Outcome.REJECTED_FULL);
            }
            assertThat(mailbox.messages()).isLessThanOrEqualTo(maxMessages);
            assertThat(mailbox.bytes()).isLessThanOrEqualTo(maxBytes);
            for (int lane = mailbox.start(0); lane >= 0; lane = mailbox.start(0)) {
                Waiting started = mailbox.underWay(lane);
                Long before = lastStarted.put(started.message().target().roomId(), started.pushId());
                assertThat(before == null || before < started.pushId()).isTrue();
                underWay.add(lane);
            }
            assertThat(mailbox.inFlight()).isEqualTo(underWay.size());
            while (!underWay.isEmpty() && random.nextInt(3) != 0) {
                int lane = underWay.remove(random.nextInt(underWay.size()));
                assertThat(ended.add(mailbox.finish(lane, 0).pushId())).isTrue();
            }
            if (random.nextInt(2_000) == 0) {
                mailbox.abandon(entry -> assertThat(ended.add(entry.pushId())).isTrue(), 0);
                underWay.clear();
                assertThat(mailbox.isEmpty()).isTrue();
            }
        }
        mailbox.abandon(entry -> assertThat(ended.add(entry.pushId())).isTrue(), 0);
        assertThat(ended).isEqualTo(accepted.keySet());
        assertThat(mailbox.bytes()).isZero();
    }

    @Test
    void isEmptyUntilSomethingIsAcceptedAndAgainOnceItHasLeft() {
        Mailbox mailbox = mailbox(1, 1, 1_000_000);
        assertThat(mailbox.isEmpty()).isTrue();
        mailbox.offer(entry(1, "a"), 0);
        assertThat(mailbox.isEmpty()).isFalse();

        mailbox.abandon(entry -> {}, 0);

        assertThat(mailbox.isEmpty()).isTrue();
    }

    @Test
    void aMailboxForOneByteHoldsNoPush() {
        assertThat(mailbox(1, 1, 1).offer(entry(1, "a"), 0)).isEqualTo(Outcome.REJECTED_FULL);
    }

    private static List<Long> outcomesInOrder(Mailbox mailbox) {
        List<Long> ended = new ArrayList<>();
        for (int lane = mailbox.start(0); lane >= 0; lane = mailbox.start(0)) {
            ended.add(mailbox.finish(lane, 0).pushId());
        }
        return ended;
    }

    private static String roomOfAnotherLane(Mailbox empty) {
        empty.offer(entry(0, "a"), 0);
        int laneOfA = empty.start(0);
        empty.finish(laneOfA, 0);
        for (int i = 0; ; i++) {
            empty.offer(entry(0, "b" + i), 0);
            int lane = empty.start(0);
            empty.finish(lane, 0);
            if (lane != laneOfA) {
                return "b" + i;
            }
        }
    }

    private static MailboxEntry entry(long id, String room) {
        PushMessage message = PushMessage.of(
                "m" + id,
                false,
                Api.PUSH_TO_ROOM,
                Target.room(room),
                Content.text("x", 0),
                AckLevel.ACCEPTED,
                Long.MAX_VALUE,
                null);
        return new MailboxEntry(id, message);
    }

    private static Mailbox mailbox(int lanes, int maxMessages, long maxBytes) {
        return new Mailbox(lanes, MailboxLimits.of(maxMessages, maxBytes), accepted -> {}, new NoEnds());
    }

    /** None of these pushes is anything but plain. */
    private static final class NoEnds implements Backlog.Ends<Waiting> {
        @Override
        public void expired(Waiting push) {
            throw new AssertionError("expired");
        }

        @Override
        public void conflated(Waiting push) {
            throw new AssertionError("conflated");
        }

        @Override
        public void dropped(Waiting push) {
            throw new AssertionError("dropped");
        }

        @Override
        public void admitted(Waiting push) {
            throw new AssertionError("admitted");
        }

        @Override
        public void refused(Waiting push, Outcome why) {
            throw new AssertionError("refused");
        }
    }
}
