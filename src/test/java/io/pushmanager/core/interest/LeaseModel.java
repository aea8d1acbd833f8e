package io.pushmanager.core.interest;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;

/**
 * One node and its managers in a made-up time: clocks that differ in rate and offset, messages that take any time, processes that
 * stand still, streams that break. After each step it is asked of every manager and everything that a client was told it has joined:
 * would a push be sent to the node now?
 */
final class LeaseModel {

    /** What is done wrong on purpose. */
    enum Sabotage {
        NONE,
        GATE_IGNORED,
        ONLY_FIRST_JOIN_WAITS,
        LEASE_COUNTED_FROM_ANSWER,
        NO_MARGIN_FOR_RATES,
        LEASE_ENDS_WITH_STREAM,
        COLLIDING_HASH_REMOVED_EARLY
    }

    static final long SECOND = 1_000_000_000L;
    static final long LEASE = 2 * SECOND;

    private static final int IDS = 12; // the even ones are rooms, the others users
    private static final int HASHES = 8; // so that some collide
    private static final int CLIENTS = 3;
    private static final long STEPS_UNTIL = 40 * SECOND;
    private static final long CALM_UNTIL = 60 * SECOND;

    private record Event(long at, long order, Process process, Runnable action) {}

    /** A process with its clock. */
    private class Process {
        private final double rate = 1 + (random.nextDouble() - 0.5) / 101; // two differ by less than 1 %
        private final long offset = random.nextLong() >> 8;
        protected long frozenUntil;

        long clock() {
            return offset + (long) (now * rate);
        }
    }

    private final class Stream {
        private final Manager manager;
        private final long id = ++streams;
        private final InterestReader reader = new InterestReader(id);
        private InterestLink<Unknown> link;
        private boolean openAtNode;
        private boolean openAtManager = true;
        private long lastToNode;
        private long lastToManager;
        private long cutToNode = Long.MAX_VALUE;
        private long cutToManager = Long.MAX_VALUE;
        private long fullUntil;

        Stream(Manager manager) {
            this.manager = manager;
        }

        void toNode(Runnable arrival) {
            lastToNode = Math.max(lastToNode, now + delay());
            long at = lastToNode;
            at(at, node, () -> {
                if (openAtNode && at < cutToNode) {
                    arrival.run();
                }
            });
        }

        void toManager(Runnable arrival) {
            lastToManager = Math.max(lastToManager, now + delay());
            long at = lastToManager;
            at(at, manager, () -> {
                if (openAtManager && at < cutToManager) {
                    arrival.run();
                }
            });
        }
    }

    /** As an event loop of sockets keeps it: came under a lease, and is not known to all. */
    private static final class Unknown {
        private final int id;
        private final List<Integer> waiting = new ArrayList<>();

        Unknown(int id) {
            this.id = id;
        }
    }

    private final class Node extends Process {
        private final InterestGate<Unknown> gate;
        private final List<Set<Integer>> members = new ArrayList<>();
        private final List<Set<Integer>> told = new ArrayList<>();
        private final Unknown[] unknown = new Unknown[IDS];
        private final Deque<Runnable> feed = new ArrayDeque<>();
        private final List<Unknown> asked = new ArrayList<>();
        private boolean leasedOnce;
        private long leasedUntil;

        Node() {
            gate = new InterestGate<>(random.nextBoolean() ? 3 : 100, LEASE, random.nextLong());
            for (int id = 0; id < IDS; id++) {
                members.add(new HashSet<>());
                told.add(new HashSet<>());
            }
        }

        void join(int client, int id) {
            if (!members.get(id).add(client)) {
                return;
            }
            if (members.get(id).size() == 1) {
                feed.add(() -> came(id));
                if (leasedOnce && leasedUntil - clock() > 0) {
                    Unknown fresh = new Unknown(id);
                    unknown[id] = fresh;
                    feed.add(() -> asked.add(fresh));
                }
            }
            Unknown waitsFor = unknown[id];
            if (waitsFor == null
                    || sabotage == Sabotage.GATE_IGNORED
                    || (sabotage == Sabotage.ONLY_FIRST_JOIN_WAITS && !waitsFor.waiting.isEmpty())) {
                told.get(id).add(client);
            } else {
                waitsFor.waiting.add(client);
                held++;
            }
            at(now + random.nextLong(SECOND / 100), this, this::turn);
        }

        void leave(int client, int id) {
            if (!members.get(id).remove(client)) {
                return;
            }
            told.get(id).remove(client);
            if (unknown[id] != null) {
                unknown[id].waiting.remove((Integer) client);
            }
            if (members.get(id).isEmpty()) {
                unknown[id] = null;
                feed.add(() -> went(id));
            }
            at(now + random.nextLong(SECOND / 100), this, this::turn);
        }

        private void came(int id) {
            if (isUser(id)) {
                gate.userCame(hash(id));
            } else {
                gate.roomCame(hash(id));
            }
        }

        private void went(int id) {
            for (int times = sabotage == Sabotage.COLLIDING_HASH_REMOVED_EARLY ? otherReferences(id) + 1 : 1;
                    times > 0;
                    times--) {
                if (isUser(id)) {
                    gate.userWent(hash(id));
                } else {
                    gate.roomWent(hash(id));
                }
            }
        }

        private int otherReferences(int id) {
            int others = 0;
            for (int other = id % 2; other < IDS; other += 2) {
                if (other != id
                        && hash(other) == hash(id)
                        && !members.get(other).isEmpty()) {
                    others++;
                }
            }
            return others;
        }

        private void take() {
            while (!feed.isEmpty()) {
                feed.poll().run();
            }
            if (!asked.isEmpty()) {
                gate.hold(List.copyOf(asked), clock());
                asked.clear();
            }
        }

        void turn() {
            take();
            for (Manager manager : managers) {
                for (Stream stream : manager.all) {
                    if (stream.openAtNode) {
                        tell(stream, false);
                    }
                }
            }
            answer();
        }

        private void tell(Stream stream, boolean urgent) {
            if (!calm && random.nextInt(30) == 0) {
                stream.fullUntil = now + random.nextLong(SECOND);
                at(stream.fullUntil, this, this::turn);
            }
            while (now >= stream.fullUntil) {
                InterestUpdate update = stream.link.next(urgent);
                if (update == null) {
                    return;
                }
                stream.toManager(() -> stream.manager.told(stream, update));
            }
        }

        private void answer() {
            for (Unknown free : gate.takeReleased()) {
                at(now + random.nextLong(SECOND / 100), this, () -> answered(free));
            }
            long nanos = gate.nanosUntilExpiry(clock());
            if (nanos != Long.MAX_VALUE) {
                at(now + nanos + nanos / 90 + 1, this, () -> {
                    gate.expire(clock());
                    answer();
                });
            }
        }

        private void answered(Unknown free) {
            if (unknown[free.id] == free) {
                unknown[free.id] = null;
                told.get(free.id).addAll(free.waiting);
            }
        }

        void hello(Stream stream, boolean resumes) {
            for (Stream older : stream.manager.all) {
                if (older.openAtNode) {
                    older.openAtNode = false;
                    older.link.broke();
                    at(now + delay(), older.manager, () -> older.manager.broke(older));
                }
                stream.link = older.link;
            }
            if (stream.link == null || !resumes) {
                stream.link = gate.newLink();
            }
            stream.manager.all.add(stream);
            stream.openAtNode = true;
            stream.link.opened();
            turn();
        }

        void probed(Stream stream, long sentNanos) {
            long arrival = clock();
            long asks = sabotage == Sabotage.NO_MARGIN_FOR_RATES ? LEASE * 100 / 101 : LEASE;
            long until = arrival + InterestGate.withMargin(asks);
            if (!leasedOnce || until - leasedUntil > 0) {
                leasedOnce = true;
                leasedUntil = until;
            }
            take();
            tell(stream, true);
            boolean granted = stream.link.lease(asks, arrival);
            long version = stream.link.version();
            stream.toManager(() -> stream.manager.answered(stream, version, granted, sentNanos));
            turn();
        }

        void acknowledged(Stream stream, long version) {
            if (!stream.link.acknowledged(version)) {
                violations.add("version " + version + " was acknowledged and never told");
            }
            turn();
        }

        void broke(Stream stream) {
            if (stream.openAtNode) {
                stream.openAtNode = false;
                stream.link.broke();
                if (sabotage == Sabotage.LEASE_ENDS_WITH_STREAM) {
                    for (Unknown waits : unknown) {
                        if (waits != null) {
                            answered(waits);
                        }
                    }
                }
            }
        }
    }

    private final class Manager extends Process {
        private final InterestTable<String> table = new InterestTable<>(0x1D8A_F066_54C9_9B15L);
        private final NodeInterest<String> interest = table.add("node");
        /** In the order in which the node took them up. */
        private final List<Stream> all = new ArrayList<>();

        private Stream stream;

        void connect() {
            Stream opened = new Stream(this);
            stream = opened;
            boolean resumes = random.nextInt(5) > 0;
            opened.lastToNode = now + delay();
            at(opened.lastToNode, node, () -> node.hello(opened, resumes));
            at(now + delay(), this, () -> probe(opened));
        }

        private void probe(Stream over) {
            if (over.openAtManager) {
                long sentNanos = clock();
                over.toNode(() -> node.probed(over, sentNanos));
                at(now + LEASE / 8 + random.nextLong(LEASE / 2), this, () -> probe(over));
            }
        }

        void told(Stream over, InterestUpdate update) {
            over.reader.read(update, change -> table.apply(interest, change));
            if (!update.more()) {
                over.toNode(() -> node.acknowledged(over, update.version()));
            }
        }

        void answered(Stream over, long version, boolean granted, long sentNanos) {
            if (granted) {
                long from = sabotage == Sabotage.LEASE_COUNTED_FROM_ANSWER ? clock() : sentNanos;
                interest.granted(over.id, version, from + LEASE);
            }
        }

        void broke(Stream over) {
            if (over.openAtManager) {
                over.openAtManager = false;
                at(now + delay(), this, this::connect);
            }
        }

        boolean sends(int id) {
            if (!interest.isTrusted(clock()) || (isUser(id) && interest.allUsers())) {
                return true;
            }
            boolean[] found = new boolean[1];
            if (isUser(id)) {
                table.ofUser(hash(id), one -> found[0] = true);
            } else {
                table.ofRoom(hash(id), one -> found[0] = true);
            }
            return found[0];
        }
    }

    private final Random random;
    private final Sabotage sabotage;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
    private final Node node;
    private final List<Manager> managers = new ArrayList<>();
    private long now;
    private long order;
    private long streams;
    private boolean calm;

    final List<String> violations = new ArrayList<>();
    long held;
    /** How often a manager would have passed the node by. */
    long passedBy;

    LeaseModel(long seed, Sabotage sabotage) {
        this.random = new Random(seed);
        this.sabotage = sabotage;
        this.node = new Node();
        int count = 1 + random.nextInt(2);
        for (int i = 0; i < count; i++) {
            Manager manager = new Manager();
            managers.add(manager);
            at(random.nextLong(SECOND), manager, manager::connect);
        }
        for (long at = 0; at < STEPS_UNTIL; at += random.nextLong(SECOND / 2)) {
            at(at, node, this::clientStep);
        }
        for (long at = 0; at < STEPS_UNTIL; at += random.nextLong(4 * SECOND)) {
            at(at, new Process(), this::trouble);
        }
        at(STEPS_UNTIL, new Process(), () -> calm = true);
    }

    /** Until there is a violation, or it is over. */
    LeaseModel run() {
        while (violations.isEmpty() && !events.isEmpty() && events.peek().at() < CALM_UNTIL) {
            Event event = events.poll();
            now = event.at();
            if (event.process().frozenUntil > now) {
                events.add(new Event(event.process().frozenUntil, event.order(), event.process(), event.action()));
            } else {
                event.action().run();
                check();
            }
        }
        if (violations.isEmpty()) {
            checkEnd();
        }
        return this;
    }

    private void clientStep() {
        int client = random.nextInt(CLIENTS);
        int id = random.nextInt(IDS);
        if (random.nextInt(3) > 0) {
            node.join(client, id);
        } else {
            node.leave(client, id);
        }
    }

    private void trouble() {
        Manager manager = managers.get(random.nextInt(managers.size()));
        switch (random.nextInt(4)) {
            case 0 -> freeze(node);
            case 1 -> freeze(manager);
            default -> {
                Stream broken = manager.stream;
                if (broken != null && broken.openAtManager) {
                    broken.cutToNode = Math.min(broken.cutToNode, now + delay());
                    broken.cutToManager = Math.min(broken.cutToManager, now + delay());
                    at(now + delay(), node, () -> node.broke(broken));
                    at(now + delay(), manager, () -> manager.broke(broken));
                }
            }
        }
    }

    private void freeze(Process process) {
        process.frozenUntil = Math.max(process.frozenUntil, now + random.nextLong(2 * LEASE));
    }

    private void check() {
        for (Manager manager : managers) {
            for (int id = 0; id < IDS && manager.frozenUntil <= now; id++) {
                if (!manager.sends(id)) {
                    passedBy++;
                    if (!node.told.get(id).isEmpty()) {
                        violations.add("at " + now + " a push to " + id + " would miss " + node.told.get(id));
                    }
                }
            }
        }
    }

    /** Everybody was told by now, and managers know exactly what is there. */
    private void checkEnd() {
        for (int id = 0; id < IDS; id++) {
            if (!node.told.get(id).equals(node.members.get(id))) {
                violations.add("nobody told " + node.members.get(id) + " that they joined " + id);
            }
            boolean there = false;
            for (int other = id % 2; other < IDS; other += 2) {
                there |= hash(other) == hash(id) && !node.members.get(other).isEmpty();
            }
            for (Manager manager : managers) {
                if (!manager.interest.isTrusted(manager.clock())) {
                    violations.add("a manager has no lease in the end");
                }
                if (manager.sends(id) != (there || (isUser(id) && node.gate.allUsers()))) {
                    violations.add("a manager is wrong about " + id + " in the end");
                }
            }
        }
    }

    private static boolean isUser(int id) {
        return id % 2 == 1;
    }

    private static long hash(int id) {
        return (id % HASHES) * 0x9E3779B97F4A7C15L;
    }

    /** Mostly short, now and then longer than a lease. */
    private long delay() {
        if (calm) {
            return random.nextLong(SECOND / 100);
        }
        return switch (random.nextInt(10)) {
            case 0 -> random.nextLong(2 * LEASE);
            case 1, 2, 3 -> random.nextLong(LEASE / 2);
            default -> random.nextLong(SECOND / 50);
        };
    }

    private void at(long time, Process process, Runnable action) {
        events.add(new Event(time, ++order, process, action));
    }
}
