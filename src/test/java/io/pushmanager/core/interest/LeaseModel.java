package io.pushmanager.core.interest;

import static io.pushmanager.core.interest.LeaseWorld.IDS;
import static io.pushmanager.core.interest.LeaseWorld.LEASE;
import static io.pushmanager.core.interest.LeaseWorld.SECOND;
import static io.pushmanager.core.interest.LeaseWorld.hash;
import static io.pushmanager.core.interest.LeaseWorld.isUser;

import java.util.List;
import java.util.Random;

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

    private static final int CLIENTS = 3;
    private static final long STEPS_UNTIL = 40 * SECOND;
    private static final long CALM_UNTIL = 60 * SECOND;

    private final LeaseWorld world;
    private final Random random;
    private final LeaseNode node;
    private final List<LeaseManager> managers;
    private long passedBy;

    LeaseModel(long seed, Sabotage sabotage) {
        this.world = new LeaseWorld(seed, sabotage);
        this.random = world.random;
        this.node = world.node;
        this.managers = world.managers;
        int count = 1 + random.nextInt(2);
        for (int i = 0; i < count; i++) {
            LeaseManager manager = new LeaseManager(world);
            managers.add(manager);
            world.at(random.nextLong(SECOND), manager, manager::connect);
        }
        for (long at = 0; at < STEPS_UNTIL; at += random.nextLong(SECOND / 2)) {
            world.at(at, node, this::clientStep);
        }
        for (long at = 0; at < STEPS_UNTIL; at += random.nextLong(4 * SECOND)) {
            world.at(at, new LeaseWorld.Process(world), this::trouble);
        }
        world.at(STEPS_UNTIL, new LeaseWorld.Process(world), () -> world.calm = true);
    }

    /** Until there is a violation, or it is over. */
    LeaseModel run() {
        while (world.violations.isEmpty() && world.hasNextBefore(CALM_UNTIL)) {
            if (world.step()) {
                check();
            }
        }
        if (world.violations.isEmpty()) {
            checkEnd();
        }
        return this;
    }

    List<String> violations() {
        return world.violations;
    }

    /** How many joins had to wait. */
    long held() {
        return world.held;
    }

    /** How often a manager would have passed the node by. */
    long passedBy() {
        return passedBy;
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
        LeaseManager manager = managers.get(random.nextInt(managers.size()));
        switch (random.nextInt(4)) {
            case 0 -> node.freeze(random.nextLong(2 * LEASE));
            case 1 -> manager.freeze(random.nextLong(2 * LEASE));
            default -> {
                LeaseStream broken = manager.stream;
                if (broken != null && broken.openAtManager) {
                    broken.cutToNode = Math.min(broken.cutToNode, world.now + world.delay());
                    broken.cutToManager = Math.min(broken.cutToManager, world.now + world.delay());
                    world.at(world.now + world.delay(), node, () -> node.broke(broken));
                    world.at(world.now + world.delay(), manager, () -> manager.broke(broken));
                }
            }
        }
    }

    private void check() {
        for (LeaseManager manager : managers) {
            for (int id = 0; id < IDS && manager.frozenUntil <= world.now; id++) {
                if (!manager.sends(id)) {
                    passedBy++;
                    if (!node.told.get(id).isEmpty()) {
                        world.violations.add(
                                "at " + world.now + " a push to " + id + " would miss " + node.told.get(id));
                    }
                }
            }
        }
    }

    /** Everybody was told by now, and managers know exactly what is there. */
    private void checkEnd() {
        for (int id = 0; id < IDS; id++) {
            if (!node.told.get(id).equals(node.members.get(id))) {
                world.violations.add("nobody told " + node.members.get(id) + " that they joined " + id);
            }
            boolean there = false;
            for (int other = id % 2; other < IDS; other += 2) {
                there |= hash(other) == hash(id) && !node.members.get(other).isEmpty();
            }
            for (LeaseManager manager : managers) {
                if (!manager.interest.isTrusted(manager.clock())) {
                    world.violations.add("a manager has no lease in the end");
                }
                if (manager.sends(id) != (there || (isUser(id) && node.gate.allUsers()))) {
                    world.violations.add("a manager is wrong about " + id + " in the end");
                }
            }
        }
    }
}
