package io.pushmanager.core.fanout;

import io.pushmanager.core.interest.InterestChange;
import io.pushmanager.core.interest.InterestTable;
import io.pushmanager.core.interest.NodeInterest;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * {@code routing.mode: interest}: a push goes to the nodes that say that they hold its room or user, and to those whose word
 * cannot be relied on now.
 *
 * <p>Everyone is everyone: a push without room and user goes to all nodes. For a user in a room both must be there; users who are
 * excluded change nothing, for others may be in the room.
 *
 * <p><b>Time:</b> the leases are looked at with each push: the earliest of their ends is kept, and nodes are gone through only when it has come,
 * or when a table or a node has changed. Otherwise a push costs a look-up for each of its ids. <b>Failure:</b> a node is passed by
 * only while it holds a lease and its table is complete. <b>Thread:</b> fan-out's event loop only. <b>Source:</b>
 * docs/decisions/0008-link-v1.md
 */
public final class InterestRouter implements Router {

    private static final NodeSlot[] NONE = {};

    private final ToLongFunction<String> hash;
    private final InterestTable<NodeSlot> table;

    // as of the last look at all nodes
    private NodeSlot[] seen = NONE;
    private boolean changed = true;
    private NodeSlot[] untrusted = NONE;
    private NodeSlot[] allUsers = NONE;
    private boolean anyTrusted;
    private long trustEndsNanos;

    // of one push
    private NodeSlot[] found = new NodeSlot[16];
    private int foundCount;
    private long room;
    private final Consumer<NodeInterest<NodeSlot>> take = this::take;
    private final Consumer<NodeInterest<NodeSlot>> takeOnce = this::takeOnce;
    private final Consumer<NodeInterest<NodeSlot>> takeIfInRoom = this::takeIfInRoom;

    /**
     * @param hash of an id of a room or user, as the nodes compute it
     * @param secret decides where hashes are kept; another one in each process
     */
    public InterestRouter(ToLongFunction<String> hash, long secret) {
        this.hash = hash;
        this.table = new InterestTable<>(secret);
    }

    // ---- what the nodes say

    /** A piece of what a node says; in order. */
    public void apply(NodeSlot slot, InterestChange change) {
        NodeInterest<NodeSlot> interest = interestOf(slot);
        boolean was = interest.allUsers();
        table.apply(interest, change);
        // An update of a complete table takes no trust away and gives none.
        changed |= change.begins() || interest.allUsers() != was || (change.ends() && !slot.trusted);
    }

    /** The node has granted a lease: {@link NodeInterest#granted}. */
    public void granted(NodeSlot slot, long stream, long atVersion, long untilNanos) {
        interestOf(slot).granted(stream, atVersion, untilNanos);
        changed |= !slot.trusted;
    }

    @Override
    public void closed(NodeSlot slot) {
        NodeInterest<NodeSlot> interest = slot.interest;
        if (interest != null) {
            table.remove(interest);
            slot.interest = null;
            slot.trusted = false;
        }
    }

    /** @return whether more is to be cleared away */
    public boolean clean() {
        return table.clean();
    }

    public long entries() {
        return table.entries();
    }

    public long tableBytes() {
        return table.bytes();
    }

    /** Nodes that get every push, because they hold no lease or have no complete table. */
    public int untrusted(NodeTable nodes, long nowNanos) {
        look(nodes.openSlots(), nowNanos);
        return untrusted.length;
    }

    // ---- where a push goes

    @Override
    public NodeSlot[] route(PushMessage message, NodeTable nodes, long nowNanos) {
        NodeSlot[] open = nodes.openSlots();
        Target target = message.target();
        if (target.isEveryone()) {
            return open;
        }
        look(open, nowNanos);
        if (untrusted.length == open.length) {
            return open;
        }
        foundCount = 0;
        if (!target.roomId().isEmpty()) {
            room = hash.applyAsLong(target.roomId());
        }
        if (target.isRoom()) {
            table.ofRoom(room, take);
        } else {
            findUsers(target);
        }
        return answer(open);
    }

    private void findUsers(Target target) {
        boolean inRoom = !target.roomId().isEmpty();
        boolean one = target.userIds().size() == 1;
        Consumer<NodeInterest<NodeSlot>> to = inRoom ? takeIfInRoom : one ? take : takeOnce;
        for (int i = 0; i < target.userIds().size(); i++) {
            table.ofUser(hash.applyAsLong(target.userIds().get(i)), to);
        }
        for (NodeSlot slot : allUsers) { // may be in the table too, with users that it named before
            NodeInterest<NodeSlot> interest = slot.interest;
            if (interest != null && (!inRoom || table.hasRoom(interest, room))) {
                takeOnce(slot);
            }
        }
    }

    private void takeIfInRoom(NodeInterest<NodeSlot> node) {
        if (table.hasRoom(node, room)) {
            takeOnce(node.node());
        }
    }

    private void take(NodeInterest<NodeSlot> node) {
        take(node.node());
    }

    private void takeOnce(NodeInterest<NodeSlot> node) {
        takeOnce(node.node());
    }

    private void takeOnce(NodeSlot slot) {
        for (int i = 0; i < foundCount; i++) {
            if (found[i] == slot) {
                return;
            }
        }
        take(slot);
    }

    private void take(NodeSlot slot) {
        if (!slot.trusted) {
            return; // closing, or among those that get everything
        }
        if (foundCount == found.length) {
            found = Arrays.copyOf(found, 2 * foundCount);
        }
        found[foundCount] = slot;
        foundCount++;
    }

    private NodeSlot[] answer(NodeSlot[] open) {
        int all = foundCount + untrusted.length;
        if (foundCount == 0) {
            return untrusted;
        }
        if (all == 1) {
            return found[0].alone;
        }
        if (all == open.length) {
            return open;
        }
        NodeSlot[] targets = Arrays.copyOf(found, all);
        System.arraycopy(untrusted, 0, targets, foundCount, untrusted.length);
        return targets;
    }

    // ---- who can be relied on

    private void look(NodeSlot[] open, long nowNanos) {
        if (changed || seen != open || (anyTrusted && trustEndsNanos - nowNanos <= 0)) {
            lookAtAll(open, nowNanos);
        }
    }

    private void lookAtAll(NodeSlot[] open, long nowNanos) {
        for (NodeSlot slot : seen) {
            slot.trusted = false; // also those that take no offers any more
        }
        NodeSlot[] without = new NodeSlot[open.length];
        NodeSlot[] nameless = new NodeSlot[open.length];
        int withoutCount = 0;
        int namelessCount = 0;
        anyTrusted = false;
        for (NodeSlot slot : open) {
            NodeInterest<NodeSlot> interest = slot.interest;
            if (interest == null || !interest.isTrusted(nowNanos)) {
                without[withoutCount] = slot;
                withoutCount++;
                continue;
            }
            slot.trusted = true;
            if (!anyTrusted || interest.leasedUntilNanos() - trustEndsNanos < 0) {
                trustEndsNanos = interest.leasedUntilNanos();
            }
            anyTrusted = true;
            if (interest.allUsers()) {
                nameless[namelessCount] = slot;
                namelessCount++;
            }
        }
        untrusted = Arrays.copyOf(without, withoutCount);
        allUsers = Arrays.copyOf(nameless, namelessCount);
        seen = open;
        changed = false;
    }

    private NodeInterest<NodeSlot> interestOf(NodeSlot slot) {
        NodeInterest<NodeSlot> known = slot.interest;
        if (known == null) {
            known = table.add(slot);
            slot.interest = known;
        }
        return known;
    }
}
