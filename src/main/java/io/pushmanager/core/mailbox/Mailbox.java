package io.pushmanager.core.mailbox;

import io.pushmanager.core.outcome.Outcome;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Bounded queue of pushes for one Connect-Node, in lanes.
 *
 * <p><b>Bound:</b> count and bytes of every push without an outcome, those under way included: what is under way is
 * still held in memory, and the bound is then one number that a caller can rely on. A push that does not fit is
 * rejected; nothing that was accepted is ever pushed out by a newer one.
 * <b>Order:</b> FIFO in a lane. A target always has the same lane and a lane has at most one push under way, so several
 * workers never reorder a target. Lanes that can start take turns in the order in which they became able to.
 * <b>Outcome:</b> whatever is accepted leaves exactly once, through {@link #finish}, {@link #abandonWaiting} or {@link #abandon}.
 * <b>Thread:</b> confined to the owner's event loop; no locks. <b>Time:</b> none.
 * <b>Source:</b> docs/decisions/0004-mailbox-rejects-the-newest.md
 */
public final class Mailbox {

    private final Lane[] lanes;
    private final int maxMessages;
    private final long maxBytes;
    /** Lanes with something to send and nothing under way, the longest able first. */
    private final ArrayDeque<Lane> ready;

    private int messages;
    private int inFlight;
    private long bytes;
    private boolean draining;

    public Mailbox(int laneCount, int maxMessages, long maxBytes) {
        if (laneCount < 1 || maxMessages < 1 || maxBytes < 1) {
            throw new IllegalArgumentException("lanes: " + laneCount + ", maxMessages: " + maxMessages + ", maxBytes: "
                    + maxBytes + " (expected: all >= 1)");
        }
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
        this.lanes = new Lane[laneCount];
        this.ready = new ArrayDeque<>(laneCount);
        for (int i = 0; i < laneCount; i++) {
            lanes[i] = new Lane(i);
        }
    }

    /** {@code ACCEPTED}, {@code REJECTED_FULL} or {@code REJECTED_DRAINING}. */
    public Outcome offer(MailboxEntry entry) {
        if (draining) {
            return Outcome.REJECTED_DRAINING;
        }
        int size = entry.message().sizeBytes();
        if (messages >= maxMessages || bytes + size > maxBytes) {
            return Outcome.REJECTED_FULL;
        }
        readmit(entry);
        return Outcome.ACCEPTED;
    }

    /** Takes what another mailbox had accepted: not refused again, whatever the bound says. */
    public void readmit(MailboxEntry entry) {
        messages++;
        bytes += entry.message().sizeBytes();
        Lane lane = lanes[laneOf(entry.message().target().orderKey())];
        lane.waiting.addLast(entry);
        if (lane.canStart()) {
            ready.addLast(lane);
        }
    }

    /** Puts the oldest push of the next able lane under way; the lane's number, or -1 when no lane can start. */
    public int start() {
        Lane lane = ready.pollFirst();
        if (lane == null) {
            return -1;
        }
        lane.underWay = lane.waiting.removeFirst();
        inFlight++;
        return lane.number;
    }

    /** What is under way in a lane that {@link #start} gave. */
    public MailboxEntry underWay(int lane) {
        MailboxEntry entry = lanes[lane].underWay;
        if (entry == null) {
            throw new IllegalStateException("lane " + lane + " has nothing under way");
        }
        return entry;
    }

    /** The lane's push has its outcome and leaves; the lane can start its next one. */
    public MailboxEntry finish(int lane) {
        MailboxEntry entry = underWay(lane);
        Lane idle = lanes[lane];
        idle.underWay = null;
        inFlight--;
        leave(entry);
        if (!idle.waiting.isEmpty()) {
            ready.addLast(idle);
        }
        return entry;
    }

    /** From now on every offer is rejected; what is here still goes its way. */
    public void drain() {
        draining = true;
    }

    /** Ends everything that waits, lane by lane and oldest first; what is under way stays. */
    public void abandonWaiting(Consumer<MailboxEntry> ended) {
        ready.clear();
        for (Lane lane : lanes) {
            for (MailboxEntry entry = lane.waiting.pollFirst(); entry != null; entry = lane.waiting.pollFirst()) {
                leave(entry);
                ended.accept(entry);
            }
        }
    }

    /** Ends everything that is here, first what waits, then what is under way. */
    public void abandon(Consumer<MailboxEntry> ended) {
        abandonWaiting(ended);
        for (Lane lane : lanes) {
            if (lane.underWay != null) {
                ended.accept(finish(lane.number));
            }
        }
    }

    public boolean isEmpty() {
        return messages == 0;
    }

    /** Pushes without an outcome, those under way included. */
    public int messages() {
        return messages;
    }

    /** Bytes of the pushes without an outcome, those under way included. */
    public long bytes() {
        return bytes;
    }

    public int inFlight() {
        return inFlight;
    }

    private void leave(MailboxEntry entry) {
        messages--;
        bytes -= entry.message().sizeBytes();
    }

    private int laneOf(int orderKey) {
        // String hashes of neighbouring ids differ in the low bits only; the multiplication spreads them.
        return Math.floorMod((orderKey * 0x9E3779B9) >>> 8, lanes.length);
    }

    private static final class Lane {
        final int number;
        final ArrayDeque<MailboxEntry> waiting = new ArrayDeque<>(4);

        @Nullable
        MailboxEntry underWay;

        Lane(int number) {
            this.number = number;
        }

        /** Called after an entry was added: the first one makes an idle lane able, later ones find it in the turn list. */
        boolean canStart() {
            return underWay == null && waiting.size() == 1;
        }
    }
}
