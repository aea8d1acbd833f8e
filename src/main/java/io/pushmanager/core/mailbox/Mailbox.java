package io.pushmanager.core.mailbox;

import io.pushmanager.core.outcome.Outcome;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Bounded queue of pushes for one Connect-Node, in lanes.
 *
 * <p><b>Bound:</b> count and bytes of every push without an outcome, those under way included: what is under way is
 * still held in memory, and the bound is then one number that a caller can rely on. What becomes of a push that does not fit is
 * {@link Overflow}'s.
 * <b>Order:</b> FIFO in a lane and a priority. A target always has the same lane and a lane has at most one push under way, so several
 * workers never reorder a target. Lanes that can start take turns in the order in which they became able to.
 * <b>Outcome:</b> whatever is accepted leaves exactly once, through {@link #finish}, {@link #abandonWaiting}, {@link #abandon} or
 * {@link Backlog.Ends}. <b>Thread:</b> confined to the owner's event loop; no locks. <b>Time:</b> as {@link Backlog}.
 * <b>Source:</b> docs/decisions/0004-mailbox-rejects-the-newest.md
 */
public final class Mailbox {

    private final Lane[] lanes;
    private final Backlog<Waiting> backlog;
    private final Consumer<Waiting> accepted;
    /** Lanes with nothing under way that had something to send, the longest able first. */
    private final ArrayDeque<Lane> ready;

    private int inFlight;
    private long number;

    /** @param accepted told of what is accepted at once; of what is later, and of what is not, {@code ends} is told */
    public Mailbox(int laneCount, MailboxLimits limits, Consumer<Waiting> accepted, Backlog.Ends<Waiting> ends) {
        if (laneCount < 1) {
            throw new IllegalArgumentException("lanes: " + laneCount + " (expected: >= 1)");
        }
        this.accepted = accepted;
        this.lanes = new Lane[laneCount];
        this.ready = new ArrayDeque<>(laneCount);
        for (int i = 0; i < laneCount; i++) {
            lanes[i] = new Lane(i);
        }
        this.backlog = new Backlog<>(laneCount, limits, new WakingEnds(ends));
    }

    /** {@code ACCEPTED} or a rejection; null when it waits for room or has expired, and {@link Backlog.Ends} tells. */
    public @Nullable Outcome offer(MailboxEntry entry, long nowNanos) {
        Outcome refusal = backlog.refusal(entry);
        if (refusal != null) {
            return refusal;
        }
        Waiting waiting = waiting(entry);
        Outcome outcome = backlog.offer(waiting, nowNanos);
        if (outcome == Outcome.ACCEPTED) {
            wake(waiting.line());
            accepted.accept(waiting);
        }
        return outcome;
    }

    /** Takes what another mailbox had accepted: not refused again, whatever the bound says. */
    public Waiting readmit(MailboxEntry entry, long nowNanos) {
        Waiting waiting = waiting(entry);
        backlog.readmit(waiting, nowNanos);
        wake(waiting.line());
        return waiting;
    }

    private Waiting waiting(MailboxEntry entry) {
        return new Waiting(entry, laneOf(entry.message().target().orderKey()), number++);
    }

    private void wake(int number) {
        Lane lane = lanes[number];
        if (lane.underWay == null && !lane.isReady) {
            lane.isReady = true;
            ready.addLast(lane);
        }
    }

    /** Puts a push of the next able lane under way: whose turn it is there. The lane's number, or -1 when no lane can start. */
    public int start(long nowNanos) {
        for (Lane lane = ready.pollFirst(); lane != null; lane = ready.pollFirst()) {
            lane.isReady = false;
            Waiting next = backlog.peek(lane.number);
            while (next != null && next.hasExpired(nowNanos)) {
                backlog.expire(next, nowNanos);
                next = backlog.peek(lane.number);
            }
            if (next != null) {
                backlog.take(next);
                lane.underWay = next;
                inFlight++;
                return lane.number;
            }
        }
        return -1;
    }

    /** What is under way in a lane that {@link #start} gave. */
    public Waiting underWay(int lane) {
        Waiting entry = lanes[lane].underWay;
        if (entry == null) {
            throw new IllegalStateException("lane " + lane + " has nothing under way");
        }
        return entry;
    }

    /** The lane's push has its outcome and leaves; the lane can start its next one. */
    public Waiting finish(int lane, long nowNanos) {
        Waiting entry = underWay(lane);
        lanes[lane].underWay = null;
        inFlight--;
        backlog.release(entry.message().sizeBytes(), nowNanos);
        if (!backlog.isEmpty(lane)) {
            wake(lane);
        }
        return entry;
    }

    /** Ends what waits and whose time has come. */
    public void expire(long nowNanos) {
        backlog.expire(nowNanos);
    }

    /** When {@link #expire} will have something to do, or {@link Backlog#NONE}. */
    public long nextDueNanos() {
        return backlog.nextDueNanos();
    }

    /** From now on every offer is rejected; what is here still goes its way. */
    public void drain() {
        backlog.drain();
    }

    /** Ends everything that waits, lane by lane; what is under way stays. */
    public void abandonWaiting(Consumer<Waiting> ended) {
        backlog.abandon(ended);
    }

    /** Ends everything that is here, first what waits, then what is under way. */
    public void abandon(Consumer<Waiting> ended, long nowNanos) {
        abandonWaiting(ended);
        for (Lane lane : lanes) {
            if (lane.underWay != null) {
                ended.accept(finish(lane.number, nowNanos));
            }
        }
    }

    /** Nothing waits, here or for room, and nothing is under way. */
    public boolean isEmpty() {
        return backlog.messages() == 0 && backlog.outside() == 0;
    }

    /** Pushes without an outcome, those under way included. */
    public int messages() {
        return backlog.messages();
    }

    /** Bytes of the pushes without an outcome, those under way included. */
    public long bytes() {
        return backlog.bytes();
    }

    /** Pushes that wait for room. */
    public int outside() {
        return backlog.outside();
    }

    public int inFlight() {
        return inFlight;
    }

    private int laneOf(int orderKey) {
        // String hashes of neighbouring ids differ in the low bits only; the multiplication spreads them.
        return Math.floorMod((orderKey * 0x9E3779B9) >>> 8, lanes.length);
    }

    private static final class Lane {
        final int number;
        boolean isReady;

        @Nullable
        Waiting underWay;

        Lane(int number) {
            this.number = number;
        }
    }

    /** What comes in late has to be started too. */
    private final class WakingEnds implements Backlog.Ends<Waiting> {
        private final Backlog.Ends<Waiting> ends;

        WakingEnds(Backlog.Ends<Waiting> ends) {
            this.ends = ends;
        }

        @Override
        public void admitted(Waiting push) {
            wake(push.line());
            ends.admitted(push);
        }

        @Override
        public void expired(Waiting push) {
            ends.expired(push);
        }

        @Override
        public void conflated(Waiting push) {
            ends.conflated(push);
        }

        @Override
        public void dropped(Waiting push) {
            ends.dropped(push);
        }

        @Override
        public void refused(Waiting push, Outcome why) {
            ends.refused(push, why);
        }
    }
}
