package io.pushmanager.core.interest;

import static io.pushmanager.core.interest.LeaseWorld.IDS;
import static io.pushmanager.core.interest.LeaseWorld.LEASE;
import static io.pushmanager.core.interest.LeaseWorld.SECOND;
import static io.pushmanager.core.interest.LeaseWorld.hash;
import static io.pushmanager.core.interest.LeaseWorld.isUser;

import io.pushmanager.core.interest.LeaseModel.Sabotage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A Connect-Node: what it tells its managers, and when it tells its clients that they have joined. */
final class LeaseNode extends LeaseWorld.Process {

    /** As an event loop of sockets keeps it: came under a lease, and is not known to all. */
    static final class Unknown {
        private final int id;
        private final List<Integer> waiting = new ArrayList<>();

        Unknown(int id) {
            this.id = id;
        }
    }

    final InterestGate<Unknown> gate;
    final List<Set<Integer>> members = new ArrayList<>();
    final List<Set<Integer>> told = new ArrayList<>();
    private final Unknown[] unknown = new Unknown[IDS];
    private final Deque<Runnable> feed = new ArrayDeque<>();
    private final List<Unknown> asked = new ArrayList<>();
    private boolean leasedOnce;
    private long leasedUntil;

    LeaseNode(LeaseWorld world) {
        super(world);
        gate = new InterestGate<>(world.random.nextBoolean() ? 3 : 100, LEASE, world.random.nextLong());
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
                || world.sabotage == Sabotage.GATE_IGNORED
                || (world.sabotage == Sabotage.ONLY_FIRST_JOIN_WAITS && !waitsFor.waiting.isEmpty())) {
            told.get(id).add(client);
        } else {
            waitsFor.waiting.add(client);
            world.held++;
        }
        world.at(world.now + world.random.nextLong(SECOND / 100), this, this::turn);
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
        world.at(world.now + world.random.nextLong(SECOND / 100), this, this::turn);
    }

    private void came(int id) {
        if (isUser(id)) {
            gate.userCame(hash(id));
        } else {
            gate.roomCame(hash(id));
        }
    }

    private void went(int id) {
        for (int times = world.sabotage == Sabotage.COLLIDING_HASH_REMOVED_EARLY ? otherReferences(id) + 1 : 1;
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
            if (other != id && hash(other) == hash(id) && !members.get(other).isEmpty()) {
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
        for (LeaseManager manager : world.managers) {
            for (LeaseStream stream : manager.all) {
                if (stream.openAtNode) {
                    tell(stream, false);
                }
            }
        }
        answer();
    }

    private void tell(LeaseStream stream, boolean urgent) {
        if (!world.calm && world.random.nextInt(30) == 0) {
            stream.fullUntil = world.now + world.random.nextLong(SECOND);
            world.at(stream.fullUntil, this, this::turn);
        }
        while (world.now >= stream.fullUntil) {
            InterestUpdate update = stream.link.next(urgent);
            if (update == null) {
                return;
            }
            stream.toManager(() -> stream.manager.told(stream, update));
        }
    }

    private void answer() {
        for (Unknown free : gate.takeReleased()) {
            world.at(world.now + world.random.nextLong(SECOND / 100), this, () -> answered(free));
        }
        long nanos = gate.nanosUntilExpiry(clock());
        if (nanos != Long.MAX_VALUE) {
            world.at(world.now + nanos + nanos / 90 + 1, this, () -> {
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

    void hello(LeaseStream stream, boolean resumes) {
        for (LeaseStream older : stream.manager.all) {
            if (older.openAtNode) {
                older.openAtNode = false;
                older.link.broke();
                world.at(world.now + world.delay(), older.manager, () -> older.manager.broke(older));
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

    void probed(LeaseStream stream, long sentNanos) {
        long arrival = clock();
        long asks = world.sabotage == Sabotage.NO_MARGIN_FOR_RATES ? LEASE * 100 / 101 : LEASE;
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

    void acknowledged(LeaseStream stream, long version) {
        if (!stream.link.acknowledged(version)) {
            world.violations.add("version " + version + " was acknowledged and never told");
        }
        turn();
    }

    void broke(LeaseStream stream) {
        if (stream.openAtNode) {
            stream.openAtNode = false;
            stream.link.broke();
            if (world.sabotage == Sabotage.LEASE_ENDS_WITH_STREAM) {
                for (Unknown waits : unknown) {
                    if (waits != null) {
                        answered(waits);
                    }
                }
            }
        }
    }
}
