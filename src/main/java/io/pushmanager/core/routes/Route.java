package io.pushmanager.core.routes;

import io.pushmanager.core.fanout.NodeSlot;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the directory said of one room or user, as of when it was asked.
 *
 * <p><b>Thread:</b> fan-out's event loop only. The nodes that it means are worked out once for each set of open nodes.
 */
public final class Route {

    /**
     * The nodes of a route that take pushes, those first that the directory names, then those of which it cannot say.
     *
     * @param named how many are named
     * @param unknown named ones that are not among the open nodes, and have not been seen to go either
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Nodes(NodeSlot[] slots, int named, List<NodeRef> unknown) {}

    private final List<NodeRef> holders;
    private final Set<String> told;
    private final long asOfNanos;
    private final long generation;
    private @Nullable OpenNodes workedOutFor;
    private @Nullable Nodes nodes;

    Route(List<NodeRef> holders, Set<String> told, long asOfNanos, long generation) {
        this.holders = holders;
        this.told = told;
        this.asOfNanos = asOfNanos;
        this.generation = generation;
    }

    /** When it was asked for: what it says is no older. */
    long asOfNanos() {
        return asOfNanos;
    }

    /** Of the nodes, when it was asked for. */
    long generation() {
        return generation;
    }

    boolean isEmpty() {
        return holders.isEmpty();
    }

    Nodes nodes(OpenNodes open, GoneNodes gone) {
        Nodes known = nodes;
        if (known == null || workedOutFor != open) {
            known = workOut(open, gone);
            workedOutFor = open;
            nodes = known;
        }
        return known;
    }

    private Nodes workOut(OpenNodes open, GoneNodes gone) {
        List<NodeSlot> slots = new ArrayList<>(holders.size());
        List<NodeRef> unknown = new ArrayList<>(0);
        for (NodeRef holder : holders) {
            NodeSlot slot = open.find(holder);
            if (slot == null) {
                if (!gone.contains(holder.key())) {
                    unknown.add(holder);
                }
            } else if (!slots.contains(slot)) {
                slots.add(slot);
            }
        }
        int named = slots.size();
        for (int i = 0; i < open.size(); i++) {
            if (!told.contains(open.key(i)) && !slots.subList(0, named).contains(open.slot(i))) {
                slots.add(open.slot(i));
            }
        }
        return new Nodes(slots.toArray(NodeSlot[]::new), named, List.copyOf(unknown));
    }
}
