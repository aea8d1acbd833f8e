package io.pushmanager.core.interest;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/**
 * Which nodes hold a room or a user, of all nodes of one manager: one table of rooms, one of users.
 *
 * <p>A node is in the tables under a number that stands for one snapshot of it. When it goes, or begins a new snapshot, the number is
 * dead at once, and what stands under it is cleared away a few segments at a time.
 *
 * <p><b>Bound:</b> as many entries as the nodes name, at 16 to 48 bytes each; {@link #clean} does a fixed share of the work that is left.
 * <b>Thread:</b> one event loop. <b>Source:</b> docs/decisions/0008-link-v1.md
 *
 * @param <N> what the owner knows a node by
 */
public final class InterestTable<N> {

    private static final int SEGMENTS_AT_ONCE = 8;

    private final HashTable rooms;
    private final HashTable users;
    private final HolderList found = new HolderList();

    /** By holder; 0 is nobody's. A dead one's owner has another by now. */
    private final List<NodeInterest<N>> owners = new ArrayList<>();

    private final Deque<Dead> dead = new ArrayDeque<>();
    private final Deque<Integer> free = new ArrayDeque<>();
    private final IntPredicate alive = this::isAlive;
    private long cleaned;

    /** @param atStep how many segments had been cleaned when it died */
    private record Dead(int holder, long atStep) {}

    /** @param secret decides where hashes are kept; another one in each process */
    public InterestTable(long secret) {
        rooms = new HashTable(secret);
        users = new HashTable(secret);
    }

    /** A node of which nothing is known. */
    public NodeInterest<N> add(N node) {
        return new NodeInterest<>(node);
    }

    /** Pieces come in the order in which an {@link InterestReader} cut them. */
    public void apply(NodeInterest<N> node, InterestChange change) {
        if (change.begins()) {
            release(node);
            node.begins(take(node));
        }
        int holder = node.holder;
        for (long hash : change.roomsAdded()) {
            rooms.add(hash, holder);
        }
        for (long hash : change.roomsRemoved()) {
            rooms.remove(hash, holder);
        }
        for (long hash : change.usersAdded()) {
            users.add(hash, holder);
        }
        for (long hash : change.usersRemoved()) {
            users.remove(hash, holder);
        }
        node.applied(change);
    }

    /** The node is gone. */
    public void remove(NodeInterest<N> node) {
        release(node);
        node.begins(0);
    }

    /** The nodes whose tables have the room. Those whose tables cannot be relied on may be among them. */
    public void ofRoom(long room, Consumer<NodeInterest<N>> to) {
        each(rooms, room, to);
    }

    /** The nodes whose tables have the user; those that name no users are not among them. */
    public void ofUser(long user, Consumer<NodeInterest<N>> to) {
        each(users, user, to);
    }

    public boolean hasRoom(NodeInterest<N> node, long room) {
        return rooms.contains(room, node.holder);
    }

    /** Does a part of what is left to clear away. @return whether some is left */
    public boolean clean() {
        for (int i = 0; i < SEGMENTS_AT_ONCE && !dead.isEmpty(); i++) {
            int segment = (int) (cleaned % HashTable.SEGMENTS);
            rooms.clean(segment, alive);
            users.clean(segment, alive);
            cleaned++;
            while (!dead.isEmpty() && cleaned - dead.getFirst().atStep() >= HashTable.SEGMENTS) {
                free.add(dead.removeFirst().holder());
            }
        }
        return !dead.isEmpty();
    }

    /** Pairs of a room or user and a node, with those that are still to be cleared away. */
    public long entries() {
        return rooms.entries() + users.entries();
    }

    /** Of the places for {@link #entries}. */
    public long bytes() {
        return rooms.bytes() + users.bytes();
    }

    private void each(HashTable table, long hash, Consumer<NodeInterest<N>> to) {
        found.clear();
        table.holders(hash, found);
        for (int i = 0; i < found.size(); i++) {
            int holder = found.get(i);
            NodeInterest<N> owner = owners.get(holder);
            if (owner.holder == holder) {
                to.accept(owner);
            }
        }
    }

    private int take(NodeInterest<N> node) {
        Integer again = free.poll();
        if (again != null) {
            owners.set(again, node);
            return again;
        }
        if (owners.isEmpty()) {
            owners.add(node); // number 0 marks free places
        }
        owners.add(node);
        return owners.size() - 1;
    }

    private void release(NodeInterest<N> node) {
        if (node.holder != 0) {
            dead.add(new Dead(node.holder, cleaned));
            node.holder = 0;
        }
    }

    private boolean isAlive(int holder) {
        return owners.get(holder).holder == holder;
    }
}
