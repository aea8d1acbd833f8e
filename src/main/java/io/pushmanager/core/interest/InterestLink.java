package io.pushmanager.core.interest;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one manager has been told of this node's rooms and users, what it has acknowledged, and its lease. One for each session of a
 * manager: it outlives its streams, and is the gate's to keep until the lease has ended even when the session is forgotten.
 *
 * <p><b>Batching:</b> changes between two frames become one change, or none. While {@value #MOST_UNACKNOWLEDGED} frames are
 * unacknowledged the next one collects. <b>Bound:</b> a frame has {@value #MOST_HASHES} hashes; what waits to be told is no more than
 * the table has changed. <b>Time:</b> monotonic, passed in. <b>Thread:</b> its {@link InterestGate}'s.
 *
 * @param <W> what waits
 */
public final class InterestLink<W> {

    /** Hashes of one frame. */
    public static final int MOST_HASHES = 8_192;

    static final int MOST_UNACKNOWLEDGED = 2;

    /** @param untilNanos the end of the lease that makes it wait */
    private record Wait<W>(HeldGroup<W> group, long untilNanos) {}

    /** What has to be acknowledged for what was held up to then. */
    private record Told<W>(Wait<W> waiting, long version) {}

    private final InterestGate<W> gate;

    // of the stream
    private boolean open;
    private boolean snapshotDue;
    private boolean outgoingSnapshot;
    private @Nullable OutgoingHashes outgoing;
    private final HashCounts rooms;
    private final HashCounts users;
    private long version;
    private long acknowledged;

    private boolean leased;
    private long leasedUntilNanos;

    /** In the order in which they came, so that neither versions nor leases ever go back. */
    private final Deque<Told<W>> told = new ArrayDeque<>();

    /** The same; what they wait for has not been written yet. */
    private final Deque<Wait<W>> untold = new ArrayDeque<>();

    InterestLink(InterestGate<W> gate, long secret) {
        this.gate = gate;
        this.rooms = new HashCounts(secret);
        this.users = new HashCounts(secret);
    }

    /** A new stream: everything is told from the beginning. What waits goes on waiting. */
    public void opened() {
        gate.keep(this);
        broke();
        open = true;
        version = 0;
        acknowledged = 0;
        restart();
    }

    /** The stream is gone. The lease stays, and with it what waits for its end. */
    public void broke() {
        open = false;
        outgoing = null;
        rooms.clear();
        users.clear();
        while (!told.isEmpty()) {
            untold.addFirst(told.removeLast().waiting());
        }
    }

    /** The manager has said that it routes nothing any more: nobody waits for it from now on. */
    public void left() {
        leased = false;
        while (!told.isEmpty()) {
            gate.letGo(told.removeFirst().waiting().group());
        }
        while (!untold.isEmpty()) {
            gate.letGo(untold.removeFirst().group());
        }
    }

    /** Everything that was told is to be told anew. */
    void restart() {
        snapshotDue = open;
        outgoing = null;
        rooms.clear();
        users.clear();
    }

    void room(long hash, int change) {
        if (open && !snapshotDue) {
            rooms.add(hash, change);
        }
    }

    void user(long hash, int change) {
        if (open && !snapshotDue) {
            users.add(hash, change);
        }
    }

    /**
     * The next frame to write, null when there is none now.
     *
     * @param urgent a frame that would rather collect is due now
     */
    public @Nullable InterestUpdate next(boolean urgent) {
        OutgoingHashes from = outgoing == null ? begin(urgent) : outgoing;
        if (from == null) {
            return null;
        }
        outgoing = from;
        boolean part = outgoingSnapshot;
        if (!part) {
            version++;
        }
        long[][] piece = from.take(MOST_HASHES);
        boolean last = from.isEmpty();
        if (last) {
            outgoing = null;
            if (isAllWritten()) {
                while (!untold.isEmpty()) {
                    told.add(new Told<>(untold.removeFirst(), version));
                }
            }
        }
        return new InterestUpdate(
                version, part, part && !last, gate.allUsers(), piece[0], piece[1], piece[2], piece[3]);
    }

    private @Nullable OutgoingHashes begin(boolean urgent) {
        if (!open) {
            return null;
        }
        outgoingSnapshot = snapshotDue;
        if (snapshotDue) {
            snapshotDue = false;
            version++; // of all its parts
            return gate.everything();
        }
        boolean nothingNew = rooms.size() == 0 && users.size() == 0;
        if (nothingNew || (!urgent && version - acknowledged >= MOST_UNACKNOWLEDGED)) {
            return null;
        }
        return OutgoingHashes.changes(rooms, users);
    }

    /** Nothing is left that the manager has not been told over this stream. */
    public boolean isAllWritten() {
        return open && !snapshotDue && outgoing == null && rooms.size() == 0 && users.size() == 0;
    }

    /** Of the table once everything that was written is applied. */
    public long version() {
        return version;
    }

    /** The manager has applied everything up to a version. False when there has been no such version: nothing is changed. */
    public boolean acknowledged(long upTo) {
        long complete = outgoing != null && outgoingSnapshot ? version - 1 : version;
        if (upTo - complete > 0 || upTo < 0) {
            return false;
        }
        acknowledged = Math.max(acknowledged, upTo);
        while (!told.isEmpty() && told.getFirst().version() <= acknowledged) {
            gate.letGo(told.removeFirst().waiting().group());
        }
        return true;
    }

    /**
     * A probe asks for the lease. Whatever came before it must have been written, see {@link #isAllWritten}.
     *
     * @param arrivalNanos when the probe came
     * @return whether it is granted; not for longer than the node's limit
     */
    public boolean lease(long askedNanos, long arrivalNanos) {
        if (askedNanos <= 0 || askedNanos > gate.maxLeaseNanos() || !isAllWritten()) {
            return false;
        }
        long until = arrivalNanos + InterestGate.withMargin(askedNanos);
        if (!leased || until - leasedUntilNanos > 0) {
            leased = true;
            leasedUntilNanos = until;
        }
        return true;
    }

    boolean isLeased(long nowNanos) {
        return leased && leasedUntilNanos - nowNanos > 0;
    }

    long leasedUntilNanos() {
        return leasedUntilNanos;
    }

    boolean isOpen() {
        return open;
    }

    /** Makes a group wait, if the manager may rely on a table that does not have what is in it. */
    void hold(HeldGroup<W> group, long nowNanos) {
        if (!isLeased(nowNanos) || (isAllWritten() && acknowledged == version)) {
            return;
        }
        group.waitForOneMore();
        // A lease that is granted later is granted after this was written, so that it is no reason to wait.
        Wait<W> wait = new Wait<>(group, leasedUntilNanos);
        if (isAllWritten()) {
            told.add(new Told<>(wait, version));
        } else {
            untold.add(wait);
        }
    }

    /** Lets go what waited for a lease that has ended. */
    void expire(long nowNanos, List<W> released) {
        while (!told.isEmpty() && told.getFirst().waiting().untilNanos() - nowNanos <= 0) {
            told.removeFirst().waiting().group().oneLess(released);
        }
        while (told.isEmpty() && !untold.isEmpty() && untold.getFirst().untilNanos() - nowNanos <= 0) {
            untold.removeFirst().group().oneLess(released);
        }
    }

    boolean hasWaiting() {
        return !told.isEmpty() || !untold.isEmpty();
    }

    /** When the first of those that wait need wait no longer; only while {@link #hasWaiting}. */
    long firstUntilNanos() {
        return told.isEmpty()
                ? untold.getFirst().untilNanos()
                : told.getFirst().waiting().untilNanos();
    }
}
