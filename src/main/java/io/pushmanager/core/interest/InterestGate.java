package io.pushmanager.core.interest;

import java.util.ArrayList;
import java.util.List;

/**
 * The node's side of interest: which rooms and users anybody here holds, what each manager has been told, and what must wait before a
 * client may be told that it has joined.
 *
 * <p><b>The gate:</b> what is {@link #hold held} is let go when each manager that had a lease then has acknowledged everything that
 * had come by then, or that lease has ended. So it waits no longer than one lease. <b>Order:</b> what comes of a client's join comes
 * before it is held. <b>Bound:</b> with more than {@code maxEntries} rooms and users together the users are no longer told: the node
 * counts as interested in all of them until there are a tenth less. <b>Time:</b> monotonic, passed in. <b>Thread:</b> one event loop.
 * <b>Source:</b> docs/decisions/0011-interest.md
 *
 * @param <W> what waits
 */
public final class InterestGate<W> {

    /** A hundredth: clocks of two machines do not differ by more in their rates. */
    private static final long MARGIN = 100;

    private final long maxEntries;
    private final long maxLeaseNanos;
    private final long secret;
    private final HashCounts rooms;
    private final HashCounts users;
    private final List<InterestLink<W>> links = new ArrayList<>();
    private List<W> released = new ArrayList<>();
    private boolean allUsers;

    /**
     * @param maxLeaseNanos the longest lease that is granted
     * @param secret decides where hashes are kept; another one in each process
     */
    public InterestGate(long maxEntries, long maxLeaseNanos, long secret) {
        this.maxEntries = maxEntries;
        this.maxLeaseNanos = maxLeaseNanos;
        this.secret = secret;
        this.rooms = new HashCounts(secret);
        this.users = new HashCounts(secret);
    }

    /** How long a lease binds the node, so that it does not end before the manager's. */
    public static long withMargin(long leaseNanos) {
        return leaseNanos + (leaseNanos + MARGIN - 1) / MARGIN;
    }

    /** A manager of which nothing is known. It counts from its first stream on. */
    public InterestLink<W> newLink() {
        return new InterestLink<>(this, secret);
    }

    /** One more reference to the room. */
    public void roomCame(long hash) {
        if (rooms.add(hash, 1) == 1) {
            links.forEach(link -> link.room(hash, 1));
            checkEntries();
        }
    }

    /** One reference less. */
    public void roomWent(long hash) {
        if (rooms.add(hash, -1) == 0) {
            links.forEach(link -> link.room(hash, -1));
            checkEntries();
        }
    }

    public void userCame(long hash) {
        if (users.add(hash, 1) == 1) {
            tellUser(hash, 1);
        }
    }

    public void userWent(long hash) {
        if (users.add(hash, -1) == 0) {
            tellUser(hash, -1);
        }
    }

    private void tellUser(long hash, int change) {
        if (!allUsers) {
            links.forEach(link -> link.user(hash, change));
        }
        checkEntries();
    }

    private void checkEntries() {
        long limit = allUsers ? maxEntries - maxEntries / 10 : maxEntries;
        boolean tooMany = entries() > limit;
        if (tooMany != allUsers) {
            allUsers = tooMany;
            links.forEach(InterestLink::restart);
        }
    }

    /** Different hashes of rooms and users that are held. */
    public long entries() {
        return (long) rooms.size() + users.size();
    }

    /** Whether there are too many users to name them. */
    public boolean allUsers() {
        return allUsers;
    }

    /** Holds what depends on all that has come so far. It may be let go at once, see {@link #takeReleased}. */
    public void hold(List<W> what, long nowNanos) {
        HeldGroup<W> group = new HeldGroup<>(what);
        links.forEach(link -> link.hold(group, nowNanos));
        if (group.isFree()) {
            released.addAll(what);
        }
    }

    /** Lets go what no lease is in the way of any more, and forgets managers that have neither a stream nor a lease. */
    public void expire(long nowNanos) {
        links.forEach(link -> link.expire(nowNanos, released));
        links.removeIf(link -> !link.isOpen() && !link.isLeased(nowNanos));
    }

    /** What may be told by now, in the order in which it was let go. */
    public List<W> takeReleased() {
        if (released.isEmpty()) {
            return List.of();
        }
        List<W> taken = released;
        released = new ArrayList<>();
        return taken;
    }

    /** How long until {@link #expire} has something to let go; {@code Long.MAX_VALUE} when nothing waits. */
    public long nanosUntilExpiry(long nowNanos) {
        long least = Long.MAX_VALUE;
        for (InterestLink<W> link : links) {
            if (link.hasWaiting()) {
                least = Math.min(least, Math.max(0, link.firstUntilNanos() - nowNanos));
            }
        }
        return least;
    }

    long maxLeaseNanos() {
        return maxLeaseNanos;
    }

    OutgoingHashes everything() {
        return OutgoingHashes.all(rooms, allUsers ? new HashCounts(secret) : users);
    }

    void keep(InterestLink<W> link) {
        if (!links.contains(link)) {
            links.add(link);
        }
    }

    void letGo(HeldGroup<W> group) {
        group.oneLess(released);
    }
}
