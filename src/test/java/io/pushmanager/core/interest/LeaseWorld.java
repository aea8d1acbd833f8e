package io.pushmanager.core.interest;

import io.pushmanager.core.interest.LeaseModel.Sabotage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/** The made-up time in which one node and its managers live: what happens next, on whose clock, and how long messages take. */
final class LeaseWorld {

    static final long SECOND = 1_000_000_000L;
    static final long LEASE = 2 * SECOND;
    static final int IDS = 12; // the even ones are rooms, the others users

    private static final int HASHES = 8; // so that some collide

    private record Event(long at, long order, Process process, Runnable action) {}

    /** A process with its clock. */
    static class Process {
        protected final LeaseWorld world;
        private final double rate;
        private final long offset;
        protected long frozenUntil;

        Process(LeaseWorld world) {
            this.world = world;
            this.rate = 1 + (world.random.nextDouble() - 0.5) / 101; // two differ by less than 1 %
            this.offset = world.random.nextLong() >> 8;
        }

        long clock() {
            return offset + (long) (world.now * rate);
        }

        void freeze(long nanos) {
            frozenUntil = Math.max(frozenUntil, world.now + nanos);
        }
    }

    final Random random;
    final Sabotage sabotage;
    final LeaseNode node;
    final List<LeaseManager> managers = new ArrayList<>();
    final List<String> violations = new ArrayList<>();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
    private long order;
    long now;
    long streams;
    boolean calm;
    long held;

    LeaseWorld(long seed, Sabotage sabotage) {
        this.random = new Random(seed);
        this.sabotage = sabotage;
        this.node = new LeaseNode(this);
    }

    void at(long time, Process process, Runnable action) {
        events.add(new Event(time, ++order, process, action));
    }

    boolean hasNextBefore(long end) {
        return !events.isEmpty() && events.peek().at() < end;
    }

    /** Lets the next thing happen, or puts it off if its process stands still; says whether it has happened. */
    boolean step() {
        Event event = events.poll();
        now = event.at();
        if (event.process().frozenUntil > now) {
            events.add(new Event(event.process().frozenUntil, event.order(), event.process(), event.action()));
            return false;
        }
        event.action().run();
        return true;
    }

    /** Of a message: mostly short, now and then longer than a lease. */
    long delay() {
        if (calm) {
            return random.nextLong(SECOND / 100);
        }
        return switch (random.nextInt(10)) {
            case 0 -> random.nextLong(2 * LEASE);
            case 1, 2, 3 -> random.nextLong(LEASE / 2);
            default -> random.nextLong(SECOND / 50);
        };
    }

    static boolean isUser(int id) {
        return id % 2 == 1;
    }

    static long hash(int id) {
        return (id % HASHES) * 0x9E3779B97F4A7C15L;
    }
}
