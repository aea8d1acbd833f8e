package io.pushmanager.core.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Handling;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.Outcome;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What waits for a node, beside a plain model of it. */
class BacklogPropertyTest {

    private static final int RUNS = 15;
    private static final int STEPS = 600;
    private static final long SECOND = 1_000_000_000;
    private static final Comparator<Priority> BY_RANK = Comparator.comparing(BacklogPropertyTest::rank);

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void eachPushEndsOnceInOrderWithinTheBounds(long seed) {
        Map<String, Integer> seen = new TreeMap<>();
        for (int run = 0; run < RUNS; run++) {
            Model model = new Model(seed * 1_000 + run);
            model.run();
            model.seen.forEach((what, times) -> seen.merge(what, times, Integer::sum));
        }
        assertThat(seen)
                .containsKeys(
                        "taken", "expired", "expired outside", "conflated", "conflated outside", "dropped", "admitted")
                .containsKeys("refused", "rejected", "abandoned");
    }

    private static int rank(Priority priority) {
        return switch (priority) {
            case LOW -> 0;
            case NORMAL -> 1;
            case HIGH -> 2;
        };
    }

    private enum Place {
        INSIDE,
        OUTSIDE,
        TAKEN
    }

    private static final class Model implements Backlog.Ends<Waiting> {
        final String name;
        final Random random;
        final MailboxLimits limits;
        final int lines;
        final Backlog<Waiting> backlog;
        final Map<String, Integer> seen = new HashMap<>();
        /** By number. What has ended is not here any more, and may not come back. */
        final TreeMap<Long, Place> places = new TreeMap<>();

        final Map<Long, Waiting> pushes = new HashMap<>();
        final Map<String, Long> lastTaken = new HashMap<>();
        final ArrayDeque<Waiting> taken = new ArrayDeque<>();
        long now = 7 * SECOND;
        long number;
        private Waiting offered;

        Model(long seed) {
            name = "seed " + seed;
            random = new Random(seed);
            lines = 1 + random.nextInt(3);
            limits = new MailboxLimits(
                    1 + random.nextInt(20),
                    2_000 + random.nextInt(20_000),
                    Overflow.values()[random.nextInt(3)],
                    random.nextInt(6_000),
                    SECOND / 2);
            backlog = new Backlog<>(lines, limits, this);
            offered = next();
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(8)) {
                    case 0, 1, 2, 3 -> offer();
                    case 4, 5 -> take();
                    case 6 -> release();
                    default -> pass();
                }
                check();
            }
            if (random.nextBoolean()) {
                backlog.drain();
                assertThat(backlog.outside()).as(name).isZero();
            }
            backlog.abandon(push -> end(push, "abandoned"));
            while (!taken.isEmpty()) {
                release();
            }
            check();
            assertThat(places).as(name).isEmpty();
            assertThat(backlog.messages()).as(name).isZero();
            assertThat(backlog.bytes()).as(name).isZero();
            assertThat(backlog.nextDueNanos()).as(name).isEqualTo(Backlog.NONE);
        }

        private void offer() {
            offered = next();
            places.put(offered.pushId(), Place.OUTSIDE);
            pushes.put(offered.pushId(), offered);
            Outcome refusal = backlog.refusal(offered.entry());
            Outcome outcome = backlog.offer(offered, now);
            assertThat(refusal == null || refusal == outcome).as(name).isTrue();
            if (outcome == Outcome.ACCEPTED) {
                assertThat(offered.awaitsAnswer()).as(name).isFalse();
                places.put(offered.pushId(), Place.INSIDE);
            } else if (outcome != null) {
                end(offered, "rejected");
            }
        }

        private Waiting next() {
            PushMessage message = PushMessage.of(
                    "m" + number,
                    false,
                    Api.PUSH_TO_ROOM,
                    Target.room("r" + random.nextInt(4)),
                    Content.text("x".repeat(random.nextInt(3) == 0 ? random.nextInt(1_500) : 10), 1),
                    AckLevel.DELIVERED,
                    now + random.nextInt((int) SECOND),
                    null);
            Handling handling = Handling.of(
                    Priority.values()[random.nextInt(3)],
                    random.nextInt(3) == 0 ? now + random.nextInt((int) SECOND / 2) - 1_000_000 : Handling.NEVER,
                    random.nextInt(3) == 0 ? "k" + random.nextInt(2) : "");
            MailboxEntry entry = new MailboxEntry(number, message.withHandling(handling));
            int line = Math.floorMod(message.target().orderKey(), lines);
            return new Waiting(entry, line, number++);
        }

        private void take() {
            int line = random.nextInt(lines);
            Waiting turn = backlog.peek(line);
            boolean waits = pushes.values().stream()
                    .anyMatch(push -> push.line() == line && places.get(push.pushId()) == Place.INSIDE);
            assertThat(turn != null).as(name).isEqualTo(waits);
            if (turn == null) {
                return;
            }
            if (turn.hasExpired(now)) {
                backlog.expire(turn, now);
                return;
            }
            assertThat(turn.message().handling().hasExpired(now)).as(name).isFalse();
            backlog.take(turn);
            assertThat(places.put(turn.pushId(), Place.TAKEN)).as(name).isEqualTo(Place.INSIDE);
            Long before = lastTaken.put(line + "" + turn.message().priority(), turn.pushId());
            assertThat(before == null || before < turn.pushId())
                    .as(name + ": order")
                    .isTrue();
            taken.addLast(turn);
        }

        private void release() {
            Waiting done = taken.pollFirst();
            if (done != null) {
                // It is under way no more before others come in.
                end(done, "taken");
                backlog.release(done.message().sizeBytes(), now);
            }
        }

        private void pass() {
            now += random.nextInt((int) SECOND / 10);
            backlog.expire(now);
            assertThat(backlog.nextDueNanos()).as(name).isGreaterThan(now);
            pushes.forEach((id, push) -> assertThat(places.get(id) != Place.TAKEN
                            && push.message().handling().hasExpired(now))
                    .as(name + ": still waits though expired")
                    .isFalse());
        }

        private void check() {
            EnumMap<Place, Integer> count = new EnumMap<>(Place.class);
            EnumMap<Place, Long> bytes = new EnumMap<>(Place.class);
            places.forEach((id, place) -> {
                count.merge(place, 1, Integer::sum);
                bytes.merge(place, (long) pushes.get(id).message().sizeBytes(), Long::sum);
            });
            int inside = count.getOrDefault(Place.INSIDE, 0) + count.getOrDefault(Place.TAKEN, 0);
            assertThat(backlog.messages()).as(name).isEqualTo(inside).isLessThanOrEqualTo(limits.maxMessages());
            assertThat(backlog.bytes())
                    .as(name)
                    .isEqualTo(bytes.getOrDefault(Place.INSIDE, 0L) + bytes.getOrDefault(Place.TAKEN, 0L))
                    .isLessThanOrEqualTo(limits.maxBytes());
            assertThat(backlog.outside()).as(name).isEqualTo(count.getOrDefault(Place.OUTSIDE, 0));
            assertThat(backlog.outsideBytes())
                    .as(name)
                    .isEqualTo(bytes.getOrDefault(Place.OUTSIDE, 0L))
                    .isLessThanOrEqualTo(limits.maxOutsideBytes());
        }

        private Place end(Waiting push, String how) {
            Place place = places.remove(push.pushId());
            pushes.remove(push.pushId());
            assertThat(place).as(name + ": " + push.pushId() + " " + how).isNotNull();
            seen.merge(place == Place.OUTSIDE && !how.equals("rejected") ? how + " outside" : how, 1, Integer::sum);
            seen.merge(how, 1, Integer::sum);
            return place;
        }

        @Override
        public void expired(Waiting push) {
            assertThat(push.message().handling().hasExpired(now)).as(name).isTrue();
            end(push, "expired");
        }

        @Override
        public void conflated(Waiting push) {
            assertThat(offered.message().target())
                    .as(name)
                    .isEqualTo(push.message().target());
            assertThat(offered.message().priority())
                    .as(name)
                    .isEqualTo(push.message().priority());
            assertThat(offered.message().handling().conflationKey())
                    .as(name)
                    .isNotEmpty()
                    .isEqualTo(push.message().handling().conflationKey());
            end(push, "conflated");
        }

        @Override
        public void dropped(Waiting push) {
            assertThat(limits.overflow()).as(name).isEqualTo(Overflow.DROP_OLDEST);
            Priority priority = push.message().priority();
            assertThat(priority)
                    .as(name)
                    .usingComparator(BY_RANK)
                    .isLessThanOrEqualTo(offered.message().priority());
            places.forEach((id, place) -> {
                Priority other = pushes.get(id).message().priority();
                if (place == Place.INSIDE) {
                    assertThat(rank(other) > rank(priority) || (other == priority && id >= push.pushId()))
                            .as(name + ": the oldest of the lowest")
                            .isTrue();
                }
            });
            end(push, "dropped");
        }

        @Override
        public void admitted(Waiting push) {
            assertThat(push.awaitsAnswer()).as(name).isFalse();
            assertThat(places.put(push.pushId(), Place.INSIDE)).as(name).isEqualTo(Place.OUTSIDE);
            seen.merge("admitted", 1, Integer::sum);
        }

        @Override
        public void refused(Waiting push, Outcome why) {
            assertThat(end(push, "refused")).as(name).isEqualTo(Place.OUTSIDE);
        }
    }
}
