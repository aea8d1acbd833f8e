package io.pushmanager.core.interest;

/** From a manager to the node, as each of the two sees it, with what is on its way. */
final class LeaseStream {

    private final LeaseWorld world;
    final LeaseManager manager;
    final long id;
    final InterestReader reader;
    InterestLink<LeaseNode.Unknown> link;
    boolean openAtNode;
    boolean openAtManager = true;
    long lastToNode;
    long lastToManager;
    long cutToNode = Long.MAX_VALUE;
    long cutToManager = Long.MAX_VALUE;
    long fullUntil;

    LeaseStream(LeaseWorld world, LeaseManager manager) {
        this.world = world;
        this.id = ++world.streams;
        this.reader = new InterestReader(id);
        this.manager = manager;
    }

    void toNode(Runnable arrival) {
        lastToNode = Math.max(lastToNode, world.now + world.delay());
        long at = lastToNode;
        world.at(at, world.node, () -> {
            if (openAtNode && at < cutToNode) {
                arrival.run();
            }
        });
    }

    void toManager(Runnable arrival) {
        lastToManager = Math.max(lastToManager, world.now + world.delay());
        long at = lastToManager;
        world.at(at, manager, () -> {
            if (openAtManager && at < cutToManager) {
                arrival.run();
            }
        });
    }
}
