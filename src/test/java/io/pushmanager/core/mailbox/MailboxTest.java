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
        Mailbox mailbox = new Mailbox(10, 2, 1_000_000);

        assertThat(mailbox.offer(entry(1, "a"))).isEqualTo(Outcome.ACCEPTED);
        assertThat(mailbox.offer(entry(2, "b"))).isEqualTo(Outcome.ACCEPTED);
        assertThat(mailbox.offer(entry(3, "c"))).isEqualTo(Outcome.REJECTED_FULL);
        assertThat(outcomesInOrder(mailbox)).containsExactly(1L, 2L);
    }

    @Test
    void rejectsTheNewestWhenItsBytesDoNotFit() {
        Mailbox mailbox = new Mailbox(10, 100, 2L * SMALL);

        assertThat(mailbox.offer(entry(1, "a"))).isEqualTo(Outcome.ACCEPTED);
        assertThat(mailbox.offer(entry(2, "a"))).isEqualTo(Outcome.ACCEPTED);
        assertThat(mailbox.bytes()).isEqualTo(2L * SMALL);
        assertThat(mailbox.offer(entry(3, "a"))).isEqualTo(Outcome.REJECTED_FULL);
    }

    @Test
    void countsWhatIsUnderWayUntilItHasItsOutcome() {
        Mailbox mailbox = new Mailbox(1, 1, 1_000_000);
        mailbox.offer(entry(1, "a"));

        int lane = mailbox.start();

        assertThat(mailbox.offer(entry(2, "a"))).isEqualTo(Outcome.REJECTED_FULL);
        assertThat(mailbox.messages()).isEqualTo(1);
        assertThat(mailbox.inFlight()).isEqualTo(1);
        mailbox.finish(lane);
        assertThat(mailbox.inFlight()).isZero();
        assertThat(mailbox.bytes()).isZero();
        assertThat(mailbox.isEmpty()).isTrue();
        assertThat(mailbox.offer(entry(3, "a"))).isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void rejectsEveryOfferWhileDrainingAndStillSendsWhatItHas() {
        Mailbox mailbox = new Mailbox(10, 10, 1_000_000);
        mailbox.offer(entry(1, "a"));

        mailbox.drain();

        assertThat(mailbox.offer(entry(2, "a"))).isEqualTo(Outcome.REJECTED_DRAINING);
        assertThat(outcomesInOrder(mailbox)).containsExactly(1L);
    }

    @Test
    void hasOnePushOfATargetUnderWayAtATime() {
        Mailbox mailbox = new Mailbox(10, 10, 1_000_000);
        mailbox.offer(entry(1, "a"));
        mailbox.offer(entry(2, "a"));

        int lane = mailbox.start();

        assertThat(mailbox.start()).isEqualTo(-1);
        assertThat(mailbox.finish(lane).pushId()).isEqualTo(1);
        assertThat(mailbox.underWay(mailbox.start()).pushId()).isEqualTo(2);
    }

    @Test
    void usesEveryLaneForManyTargets() {
        Mailbox mailbox = new Mailbox(10, 1_000, 1_000_000);
        for (int room = 0; room < 100; room++) {
            mailbox.offer(entry(room, "room-" + room));
        }

        Set<Integer> started = new HashSet<>();
        for (int lane = mailbox.start(); lane >= 0; lane = mailbox.start()) {
            started.add(lane);
        }

        assertThat(started).hasSize(10);
    }

    @Test
    void lanesTakeTurns() {
        Mailbox mailbox = new Mailbox(2, 100, 1_000_000);
        String other = roomOfAnotherLane(mailbox);
        mailbox.offer(entry(1, "a"));
        mailbox.offer(entry(2, "a"));
        mailbox.offer(entry(3, other));

        int first = mailbox.start();
        mailbox.finish(first);

        assertThat(mailbox.underWay(mailbox.start()).pushId()).isEqualTo(3);
    }

    @Test
    void abandonEndsWhatIsUnderWayAndWhatWaits() {
        Mailbox mailbox = new Mailbox(1, 10, 1_000_000);
        mailbox.offer(entry(1, "a"));
        mailbox.offer(entry(2, "a"));
        mailbox.start();

        List<Long> ended = new ArrayList<>();
        mailbox.abandon(entry -> ended.add(entry.pushId()));

        assertThat(ended).containsExactlyInAnyOrder(1L, 2L);
        assertThat(mailbox.isEmpty()).isTrue();
        assertThat(mailbox.bytes()).isZero();
        assertThat(mailbox.start()).isEqualTo(-1);
    }

    @Test
    void abandonWaitingLeavesWhatIsUnderWay() {
        Mailbox mailbox = new Mailbox(1, 10, 1_000_000);
        mailbox.offer(entry(1, "a"));
        mailbox.offer(entry(2, "a"));
        mailbox.offer(entry(3, "a"));
        int lane = mailbox.start();

        List<Long> ended = new ArrayList<>();
        mailbox.abandonWaiting(entry -> ended.add(entry.pushId()));

        assertThat(ended).containsExactly(2L, 3L);
        assertThat(mailbox.messages()).isEqualTo(1);
        assertThat(mailbox.finish(lane).pushId()).isEqualTo(1);
        assertThat(mailbox.start()).isEqualTo(-1);
        assertThat(mailbox.offer(entry(4, "a"))).isEqualTo(Outcome.ACCEPTED);
        assertThat(mailbox.start()).isEqualTo(lane);
    }

    @Test
    void aPushCannotEndTwice() {
        Mailbox mailbox = new Mailbox(1, 10, 1_000_000);
        mailbox.offer(entry(1, "a"));
        int lane = mailbox.start();
        mailbox.finish(lane);

        assertThatThrownBy(() -> mailbox.finish(lane)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesBoundsThatHoldNothing() {
        assertThatThrownBy(() -> new Mailbox(0, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Mailbox(1, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Mailbox(1, 1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Random offers, completions in random order, now and then everything abandoned. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 42, 1234567})
    void everyPushHasExactlyOneOutcomeInOrderPerTargetWithinTheBounds(long seed) {
        Random random = new Random(seed);
        int maxMessages = 1 + random.nextInt(50);
        long maxBytes = SMALL + random.nextInt(50 * SMALL);
        Mailbox mailbox = new Mailbox(1 + random.nextInt(12), maxMessages, maxBytes);
        Map<Long, String> accepted = new HashMap<>();
        Map<String, Long> lastStarted = new HashMap<>();
        Set<Long> ended = new HashSet<>();
        List<Integer> underWay = new ArrayList<>();
        for (long id = 0; id < 20_000; id++) {
            String room = "room-" + random.nextInt(30);
            Outcome outcome = mailbox.offer(entry(id, room));
            if (outcome == Outcome.ACCEPTED) {
                accepted.put(id, room);
            } else {
                assertThat(outcome).isEqualTo(Outcome.REJECTED_FULL);
            }
            assertThat(mailbox.messages()).isLessThanOrEqualTo(maxMessages);
            assertThat(mailbox.bytes()).isLessThanOrEqualTo(maxBytes);
            for (int lane = mailbox.start(); lane >= 0; lane = mailbox.start()) {
                MailboxEntry started = mailbox.underWay(lane);
                Long before = lastStarted.put(started.message().target().roomId(), started.pushId());
                assertThat(before == null || before < started.pushId()).isTrue();
                underWay.add(lane);
            }
            assertThat(mailbox.inFlight()).isEqualTo(underWay.size());
            while (!underWay.isEmpty() && random.nextInt(3) != 0) {
                int lane = underWay.remove(random.nextInt(underWay.size()));
                assertThat(ended.add(mailbox.finish(lane).pushId())).isTrue();
            }
            if (random.nextInt(2_000) == 0) {
                mailbox.abandon(entry -> assertThat(ended.add(entry.pushId())).isTrue());
                underWay.clear();
                assertThat(mailbox.isEmpty()).isTrue();
            }
        }
        mailbox.abandon(entry -> assertThat(ended.add(entry.pushId())).isTrue());
        assertThat(ended).isEqualTo(accepted.keySet());
        assertThat(mailbox.bytes()).isZero();
    }

    @Test
    void isEmptyUntilSomethingIsAcceptedAndAgainOnceItHasLeft() {
        Mailbox mailbox = new Mailbox(1, 1, 1_000_000);
        assertThat(mailbox.isEmpty()).isTrue();
        mailbox.offer(entry(1, "a"));
        assertThat(mailbox.isEmpty()).isFalse();

        mailbox.abandon(entry -> {});

        assertThat(mailbox.isEmpty()).isTrue();
    }

    @Test
    void aMailboxForOneByteHoldsNoPush() {
        assertThat(new Mailbox(1, 1, 1).offer(entry(1, "a"))).isEqualTo(Outcome.REJECTED_FULL);
    }

    private static List<Long> outcomesInOrder(Mailbox mailbox) {
        List<Long> ended = new ArrayList<>();
        for (int lane = mailbox.start(); lane >= 0; lane = mailbox.start()) {
            ended.add(mailbox.finish(lane).pushId());
        }
        return ended;
    }

    private static String roomOfAnotherLane(Mailbox empty) {
        empty.offer(entry(0, "a"));
        int laneOfA = empty.start();
        empty.finish(laneOfA);
        for (int i = 0; ; i++) {
            empty.offer(entry(0, "b" + i));
            int lane = empty.start();
            empty.finish(lane);
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
}
