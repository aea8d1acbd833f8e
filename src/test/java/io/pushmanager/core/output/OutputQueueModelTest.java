package io.pushmanager.core.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.message.Handling;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.output.OutputQueue.Offered;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The queue against a list that is searched for everything; seeded. */
class OutputQueueModelTest {

    private static final int MAX_BYTES = 2_000;
    private static final long MAX_AGE = 500;

    @Test
    void doesWhatAListDoes() {
        for (long seed = 0; seed < 400; seed++) {
            new Model(seed, seed % 2 == 0 ? Overflow.DISCONNECT : Overflow.DROP_OLDEST).run(300);
        }
    }

    private record Entry(
            int id, Priority priority, int cost, Handling handling, Target target, boolean own, long since) {
        boolean hasExpired(long now) {
            return handling.hasExpired(now);
        }

        boolean isReplacedBy(Priority other, Handling newer, Target to) {
            return !own
                    && newer.conflates()
                    && other == priority
                    && newer.conflationKey().equals(handling.conflationKey())
                    && to.equals(target);
        }
    }

    private static final class Model implements Dispatch.Listener {

        private final String name;
        private final Random random;
        private final OutputRules rules;
        private final List<Entry> waiting = new ArrayList<>();
        private final List<Dispatch> pushes = new ArrayList<>();
        private final Set<Integer> discarded = new HashSet<>();
        private final long[] ends = new long[FrameEnd.values().length];
        private final long[] expectedEnds = new long[FrameEnd.values().length];
        private final OutputQueue<Integer> queue;
        private final int[] passedOver = new int[Priority.values().length];
        private long now = Long.MAX_VALUE - 20_000; // the clock may turn over
        private int nextId;
        private long untold;
        private long ahead;
        private int completed;

        Model(long seed, Overflow overflow) {
            name = "seed " + seed;
            random = new Random(seed);
            rules = new OutputRules(MAX_BYTES, MAX_AGE, overflow);
            queue = new OutputQueue<>(rules, frame -> assertThat(discarded.add(frame))
                    .as(name + " discards " + frame + " once")
                    .isTrue());
        }

        void run(int steps) {
            for (int step = 0; step < steps; step++) {
                ahead = random.nextInt(3) * 100L;
                switch (random.nextInt(12)) {
                    case 0, 1, 2, 3, 4, 5 -> offer();
                    case 6 -> offerOwn();
                    case 7, 8, 9 -> poll();
                    case 10 -> pass();
                    default -> told();
                }
                check();
            }
            for (Entry left : waiting) {
                end(left, FrameEnd.DROPPED_SLOW);
            }
            waiting.clear();
            queue.clear();
            check();
            assertThat(completed).as(name).isEqualTo(pushes.size());
            for (Dispatch push : pushes) {
                assertThat(push.counts().reconciles()).as(name).isTrue();
                assertThat(push.counts().unknown()).as(name).isZero();
            }
        }

        private void offer() {
            Handling handling = Handling.of(
                    Priority.values()[random.nextInt(3)],
                    random.nextInt(3) > 0 ? Handling.NEVER : Handling.expiry(now, random.nextInt(400)),
                    random.nextInt(3) > 0 ? "" : "k" + random.nextInt(3));
            Target target = Target.room("r" + random.nextInt(3));
            int size = random.nextInt(300);
            Entry entry = new Entry(
                    nextId++,
                    handling.priority(),
                    size + OutputQueue.FRAME_OVERHEAD_BYTES,
                    handling,
                    target,
                    false,
                    now);
            Dispatch push = new Dispatch(target, handling, this);
            Offered expected = offerToList(entry);
            Offered offered = queue.offer(entry.id, size, push, ahead, now);
            assertThat(offered).as(name).isEqualTo(expected);
            if (offered != Offered.FULL) {
                push.handedOut(1, 0, 0, 0);
                pushes.add(push);
                if (push.isComplete()) {
                    completed++;
                } else {
                    push.tellWhenComplete();
                }
            }
        }

        private Offered offerToList(Entry entry) {
            endAll(FrameEnd.CONFLATED, old -> old.isReplacedBy(entry.priority, entry.handling, entry.target));
            if (!hasRoom(entry.cost)) {
                endAll(FrameEnd.EXPIRED, old -> old.hasExpired(now));
            }
            if (!hasRoom(entry.cost) && rules.overflow() == Overflow.DISCONNECT) {
                return Offered.FULL;
            }
            dropOldest(entry.cost, entry.priority);
            if (!hasRoom(entry.cost)) {
                untold++;
                expectedEnds[FrameEnd.DROPPED_SLOW.ordinal()]++;
                return Offered.DROPPED;
            }
            waiting.add(entry);
            return Offered.WAITS;
        }

        private void offerOwn() {
            int size = random.nextInt(100);
            Entry entry = new Entry(
                    nextId++,
                    Priority.NORMAL,
                    size + OutputQueue.FRAME_OVERHEAD_BYTES,
                    Handling.NORMAL,
                    Target.everyone(),
                    true,
                    now);
            if (!hasRoom(entry.cost)) {
                endAll(FrameEnd.EXPIRED, old -> old.hasExpired(now));
            }
            if (!hasRoom(entry.cost) && rules.overflow() == Overflow.DROP_OLDEST) {
                dropOldest(entry.cost, Priority.HIGH);
            }
            boolean fits = hasRoom(entry.cost);
            if (fits) {
                waiting.add(entry);
            }
            assertThat(queue.offerOwn(entry.id, size, Priority.NORMAL, ahead, now))
                    .as(name)
                    .isEqualTo(fits);
        }

        private void dropOldest(int cost, Priority upTo) {
            while (!hasRoom(cost)) {
                Entry victim = waiting.stream()
                        .filter(entry -> !entry.own && rank(entry.priority) <= rank(upTo))
                        .min(Comparator.comparingInt(entry -> rank(entry.priority))) // the first of them: the oldest
                        .orElse(null);
                if (victim == null) {
                    return;
                }
                waiting.remove(victim);
                end(victim, FrameEnd.DROPPED_SLOW);
            }
        }

        private void poll() {
            Set<Integer> before = new HashSet<>(discarded);
            WaitingFrame<Integer> polled = queue.poll(now);
            for (int id : discarded) {
                if (!before.contains(id)) {
                    Entry late = waiting.stream()
                            .filter(entry -> entry.id == id)
                            .findFirst()
                            .orElseThrow();
                    assertThat(late.hasExpired(now)).as(name).isTrue();
                    waiting.remove(late);
                    end(late, FrameEnd.EXPIRED);
                }
            }
            if (polled == null) {
                assertThat(waiting).as(name).isEmpty();
                return;
            }
            Entry taken = waiting.stream()
                    .filter(entry -> entry.id == polled.frame())
                    .findFirst()
                    .orElseThrow();
            Entry oldest = waiting.stream()
                    .filter(entry -> entry.priority == taken.priority)
                    .findFirst()
                    .orElseThrow();
            assertThat(taken).as(name + ": order within a priority").isEqualTo(oldest);
            assertThat(taken.hasExpired(now)).as(name).isFalse();
            checkTurn(taken);
            waiting.remove(taken);
            if (!taken.own) {
                expectedEnds[FrameEnd.WRITTEN.ordinal()]++;
            }
        }

        private void checkTurn(Entry taken) {
            for (Priority priority : Priority.values()) {
                boolean waits = waiting.stream().anyMatch(entry -> entry.priority == priority);
                if (priority == taken.priority || !waits) {
                    passedOver[priority.ordinal()] = 0;
                } else {
                    assertThat(++passedOver[priority.ordinal()])
                            .as(name + ": nobody is passed over for ever")
                            .isLessThanOrEqualTo(2 * PriorityTurns.PATIENCE);
                }
            }
        }

        private void pass() {
            now += random.nextInt(200);
            queue.expire(now);
            endAll(FrameEnd.EXPIRED, entry -> entry.hasExpired(now));
            boolean overdue = waiting.stream().anyMatch(entry -> now - entry.since > MAX_AGE);
            assertThat(queue.isOverdue(now)).as(name).isEqualTo(overdue);
            if (rules.overflow() == Overflow.DROP_OLDEST) {
                queue.dropOverdue(now);
                endAll(FrameEnd.DROPPED_SLOW, entry -> !entry.own && now - entry.since > MAX_AGE);
            }
        }

        private void told() {
            assertThat(queue.hasUntold()).as(name).isEqualTo(untold > 0);
            assertThat(queue.takeUntold()).as(name).isEqualTo(untold);
            untold = 0;
        }

        private void check() {
            assertThat(queue.frames()).as(name).isEqualTo(waiting.size());
            assertThat(queue.bytes()).as(name).isEqualTo(bytes());
            assertThat(queue.isEmpty()).as(name).isEqualTo(waiting.isEmpty());
            assertThat(queue.oldestNanos(now))
                    .as(name)
                    .isEqualTo(waiting.stream()
                            .mapToLong(entry -> now - entry.since)
                            .max()
                            .orElse(0));
            assertThat(ends).as(name).isEqualTo(expectedEnds);
            assertThat(waiting.size() <= 1 || bytes() <= MAX_BYTES).as(name).isTrue();
        }

        private long bytes() {
            return waiting.stream().mapToLong(Entry::cost).sum();
        }

        private boolean hasRoom(int cost) {
            return bytes() + ahead == 0 || bytes() + ahead + cost <= MAX_BYTES;
        }

        private void endAll(FrameEnd end, java.util.function.Predicate<Entry> which) {
            for (Entry entry : List.copyOf(waiting)) {
                if (which.test(entry)) {
                    waiting.remove(entry);
                    end(entry, end);
                }
            }
        }

        private void end(Entry entry, FrameEnd end) {
            if (!entry.own) {
                expectedEnds[end.ordinal()]++;
                untold += end == FrameEnd.DROPPED_SLOW ? 1 : 0;
            }
        }

        private static int rank(Priority priority) {
            return List.of(Priority.LOW, Priority.NORMAL, Priority.HIGH).indexOf(priority);
        }

        @Override
        public void ended(FrameEnd end, long frames) {
            ends[end.ordinal()] += frames;
        }

        @Override
        public void complete(Dispatch push) {
            assertThat(push.isComplete()).as(name).isTrue();
            completed++;
        }
    }
}
