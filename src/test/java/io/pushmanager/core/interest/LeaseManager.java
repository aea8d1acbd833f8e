package io.pushmanager.core.interest;

import static io.pushmanager.core.interest.LeaseWorld.LEASE;
import static io.pushmanager.core.interest.LeaseWorld.hash;
import static io.pushmanager.core.interest.LeaseWorld.isUser;

import io.pushmanager.core.interest.LeaseModel.Sabotage;
import java.util.ArrayList;
import java.util.List;

/** A Push-Manager: what it believes of the node, and whether it would send it a push. */
final class LeaseManager extends LeaseWorld.Process {

    private final InterestTable<String> table = new InterestTable<>(0x1D8A_F066_54C9_9B15L);
    final NodeInterest<String> interest = table.add("node");
    /** In the order in which the node took them up. */
    final List<LeaseStream> all = new ArrayList<>();

    LeaseStream stream;

    LeaseManager(LeaseWorld world) {
        super(world);
    }

    void connect() {
        LeaseStream opened = new LeaseStream(world, this);
        stream = opened;
        boolean resumes = world.random.nextInt(5) > 0;
        opened.lastToNode = world.now + world.delay();
        world.at(opened.lastToNode, world.node, () -> world.node.hello(opened, resumes));
        world.at(world.now + world.delay(), this, () -> probe(opened));
    }

    private void probe(LeaseStream over) {
        if (over.openAtManager) {
            long sentNanos = clock();
            over.toNode(() -> world.node.probed(over, sentNanos));
            world.at(world.now + LEASE / 8 + world.random.nextLong(LEASE / 2), this, () -> probe(over));
        }
    }

    void told(LeaseStream over, InterestUpdate update) {
        over.reader.read(update, change -> table.apply(interest, change));
        if (!update.more()) {
            over.toNode(() -> world.node.acknowledged(over, update.version()));
        }
    }

    void answered(LeaseStream over, long version, boolean granted, long sentNanos) {
        if (granted) {
            long from = world.sabotage == Sabotage.LEASE_COUNTED_FROM_ANSWER ? clock() : sentNanos;
            interest.granted(over.id, version, from + LEASE);
        }
    }

    void broke(LeaseStream over) {
        if (over.openAtManager) {
            over.openAtManager = false;
            world.at(world.now + world.delay(), this, this::connect);
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
