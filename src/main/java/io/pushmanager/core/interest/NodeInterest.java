package io.pushmanager.core.interest;

/**
 * What a manager may rely on of one node's interest: whether its table is complete, and until when.
 *
 * <p>A grant counts once the version that it names is applied, and only with the table of the stream that it came over: a node counts its
 * versions anew with a new stream. A grant that came before stays good until its own end: the node has promised that much.
 *
 * <p><b>Time:</b> monotonic nanoseconds, passed in. <b>Thread:</b> its {@link InterestTable}'s. <b>Source:</b> docs/decisions/0008-link-v1.md
 *
 * @param <N> what the owner knows the node by
 */
public final class NodeInterest<N> {

    private final N node;
    /** What stands for the node in the table; another one with each snapshot. */
    int holder;

    private long tableStream;
    private long version;
    private boolean complete;
    private boolean allUsers;

    private boolean leased;
    private long leasedUntilNanos;

    private boolean granted;
    private long grantStream;
    private long grantVersion;
    private long grantUntilNanos;

    NodeInterest(N node) {
        this.node = node;
    }

    public N node() {
        return node;
    }

    /** The node has too many users to name them. */
    public boolean allUsers() {
        return allUsers;
    }

    /** Whether a push may pass the node by at this time because its table says so. */
    public boolean isTrusted(long nowNanos) {
        return complete && leased && leasedUntilNanos - nowNanos > 0;
    }

    /** The end of the lease; means something only while {@link #isTrusted}. */
    public long leasedUntilNanos() {
        return leasedUntilNanos;
    }

    /** Whether the pieces that came so far make a table. */
    public boolean isComplete() {
        return complete;
    }

    /** The version that is applied in full; means something only while {@link #isComplete}. */
    public long version() {
        return version;
    }

    /**
     * The node has granted a lease.
     *
     * @param atVersion counts once this is applied
     * @param untilNanos from when the probe was sent, not from when it was answered
     */
    public void granted(long stream, long atVersion, long untilNanos) {
        granted = true;
        grantStream = stream;
        grantVersion = atVersion;
        grantUntilNanos = untilNanos;
        useGrant();
    }

    /** A snapshot begins: nothing is known until it ends. */
    void begins(int newHolder) {
        holder = newHolder;
        complete = false;
    }

    void applied(InterestChange change) {
        allUsers |= change.allUsers();
        if (change.ends()) {
            allUsers = change.allUsers(); // not before: the users that the other pieces name are known only now
            complete = true;
            tableStream = change.stream();
            version = change.version();
            useGrant();
        }
    }

    private void useGrant() {
        if (!granted || !complete || grantStream != tableStream || grantVersion > version) {
            return;
        }
        granted = false;
        if (!leased || grantUntilNanos - leasedUntilNanos > 0) {
            leased = true;
            leasedUntilNanos = grantUntilNanos;
        }
    }
}
