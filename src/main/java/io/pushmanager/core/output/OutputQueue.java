package io.pushmanager.core.output;

import io.pushmanager.core.message.Priority;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one connection that does not take its bytes now.
 *
 * <p><b>Bound:</b> {@link OutputRules}. <b>Order:</b> within a priority that of offering; HIGH before NORMAL before LOW, none of which is
 * passed over for ever ({@link PriorityTurns}). A push that replaces another goes to the end, so that it overtakes nothing of its target.
 * <b>Thread:</b> confined to one event loop. <b>Time:</b> callers pass monotonic {@code nowNanos}. <b>Failure:</b> a push ends in its
 * {@link Dispatch}, its frame in the {@code discard} that it was given; whoever polls a frame has it. <b>Source:</b> docs/decisions/0016.
 *
 * @param <F> a frame
 */
public final class OutputQueue<F> {

    /** What became of a push that was offered. */
    public enum Offered {
        WAITS,
        /** Counted as dropped; the frame is the caller's to discard. */
        DROPPED,
        /** The connection is too slow. The frame is the caller's, and nothing is counted. */
        FULL
    }

    /** What a frame costs beside its bytes. */
    public static final int FRAME_OVERHEAD_BYTES = 96;

    private final OutputRules rules;
    private final Consumer<F> discard;
    private final FrameLine<F> high = new FrameLine<>();
    private final FrameLine<F> normal = new FrameLine<>();
    private final FrameLine<F> low = new FrameLine<>();
    private final List<FrameLine<F>> lowestFirst = List.of(low, normal, high);
    private final PriorityTurns turns = new PriorityTurns();
    private Map<ConflationSlot, WaitingFrame<F>> replaceable = Map.of();
    private long bytes;
    private int frames;
    private boolean mayExpire;
    private long earliestEndNanos;
    private long dropped;
    private long untold;

    public OutputQueue(OutputRules rules, Consumer<F> discard) {
        this.rules = rules;
        this.discard = discard;
    }

    /** @param ahead bytes that the transport has not got rid of, which count too */
    public Offered offer(F frame, int frameBytes, Dispatch push, long ahead, long nowNanos) {
        ConflationSlot slot = push.slot();
        WaitingFrame<F> replaced = slot == null ? null : replaceable.get(slot);
        if (replaced != null) {
            end(replaced, FrameEnd.CONFLATED);
        }
        if (!hasRoom(frameBytes, ahead)) {
            expire(nowNanos);
            if (!hasRoom(frameBytes, ahead)) {
                if (rules.overflow() == Overflow.DISCONNECT) {
                    return Offered.FULL;
                }
                if (!makeRoom(frameBytes, ahead, push.handling().priority())) {
                    push.refused();
                    dropped++;
                    untold++;
                    return Offered.DROPPED;
                }
            }
        }
        push.queued();
        WaitingFrame<F> waiting = add(frame, frameBytes, push, push.handling().priority(), nowNanos);
        if (slot != null) {
            if (replaceable.isEmpty()) {
                replaceable = new HashMap<>();
            }
            replaceable.put(slot, waiting);
        }
        if (push.handling().expires()) {
            noteEnd(push.handling().expiresNanos());
        }
        return Offered.WAITS;
    }

    /** What the node itself says: never dropped. False when there is no room for it; the frame is the caller's then. */
    public boolean offerOwn(F frame, int frameBytes, Priority priority, long ahead, long nowNanos) {
        if (!hasRoom(frameBytes, ahead)) {
            expire(nowNanos);
            if (!hasRoom(frameBytes, ahead)
                    && (rules.overflow() == Overflow.DISCONNECT || !makeRoom(frameBytes, ahead, Priority.HIGH))) {
                return false;
            }
        }
        add(frame, frameBytes, null, priority, nowNanos);
        return true;
    }

    /** The frame to be written next, which counts as written; null when nothing waits. */
    public @Nullable WaitingFrame<F> poll(long nowNanos) {
        while (frames > 0) {
            Priority turn = turns.next(!high.isEmpty(), !normal.isEmpty(), !low.isEmpty());
            WaitingFrame<F> next = turn == null ? null : lineOf(turn).oldest();
            if (next == null) {
                return null;
            }
            if (next.hasExpired(nowNanos)) {
                end(next, FrameEnd.EXPIRED);
            } else {
                remove(next);
                Dispatch push = next.push();
                if (push != null) {
                    push.ended(FrameEnd.WRITTEN);
                }
                return next;
            }
        }
        return null;
    }

    /** How many pushes were dropped since this was asked last: what the client has to be told before it gets the next. */
    public long takeUntold() {
        long told = untold;
        untold = 0;
        return told;
    }

    /** Whether {@link #takeUntold} has something to say. */
    public boolean hasUntold() {
        return untold > 0;
    }

    /** Ends the pushes whose time is over. */
    public void expire(long nowNanos) {
        if (!mayExpire || earliestEndNanos - nowNanos > 0) {
            return;
        }
        mayExpire = false;
        for (FrameLine<F> line : lowestFirst) {
            WaitingFrame<F> frame = line.oldest();
            while (frame != null) {
                WaitingFrame<F> next = frame.newer;
                Dispatch push = frame.push();
                if (frame.hasExpired(nowNanos)) {
                    end(frame, FrameEnd.EXPIRED);
                } else if (push != null && push.handling().expires()) {
                    noteEnd(push.handling().expiresNanos());
                }
                frame = next;
            }
        }
    }

    /** Whether something has waited for longer than it may. */
    public boolean isOverdue(long nowNanos) {
        return frames > 0 && oldestNanos(nowNanos) > rules.maxAgeNanos();
    }

    /** Drops the pushes that have waited for longer than they may. */
    public void dropOverdue(long nowNanos) {
        for (FrameLine<F> line : lowestFirst) {
            WaitingFrame<F> push = FrameLine.pushFrom(line.oldest());
            while (push != null && nowNanos - push.sinceNanos > rules.maxAgeNanos()) {
                WaitingFrame<F> next = push.newer;
                end(push, FrameEnd.DROPPED_SLOW);
                push = FrameLine.pushFrom(next);
            }
        }
    }

    /** Drops everything. */
    public void clear() {
        for (FrameLine<F> line : lowestFirst) {
            for (WaitingFrame<F> frame = line.oldest(); frame != null; frame = line.oldest()) {
                end(frame, FrameEnd.DROPPED_SLOW);
            }
        }
    }

    public boolean isEmpty() {
        return frames == 0;
    }

    public int frames() {
        return frames;
    }

    /** With what the frames cost beside theirs. */
    public long bytes() {
        return bytes;
    }

    /** How long the oldest has waited; 0 when nothing does. */
    public long oldestNanos(long nowNanos) {
        long age = 0;
        for (FrameLine<F> line : lowestFirst) {
            WaitingFrame<F> oldest = line.oldest();
            age = oldest == null ? age : Math.max(age, nowNanos - oldest.sinceNanos);
        }
        return age;
    }

    /** Pushes that were dropped because the connection is slow, altogether. */
    public long dropped() {
        return dropped;
    }

    private boolean hasRoom(int frameBytes, long ahead) {
        long waiting = bytes + ahead;
        return waiting == 0 || waiting + frameBytes + FRAME_OVERHEAD_BYTES <= rules.maxBytes();
    }

    /** Drops the oldest of the lowest priority, of none that is above {@code upTo}, until there is room. */
    private boolean makeRoom(int frameBytes, long ahead, Priority upTo) {
        FrameLine<F> highest = lineOf(upTo);
        for (FrameLine<F> line : lowestFirst) {
            WaitingFrame<F> push = FrameLine.pushFrom(line.oldest());
            while (push != null && !hasRoom(frameBytes, ahead)) {
                WaitingFrame<F> next = push.newer;
                end(push, FrameEnd.DROPPED_SLOW);
                push = FrameLine.pushFrom(next);
            }
            if (line == highest) {
                break;
            }
        }
        return hasRoom(frameBytes, ahead);
    }

    private WaitingFrame<F> add(F frame, int frameBytes, @Nullable Dispatch push, Priority priority, long nowNanos) {
        WaitingFrame<F> waiting =
                new WaitingFrame<>(frame, push, priority, frameBytes + FRAME_OVERHEAD_BYTES, nowNanos);
        lineOf(priority).add(waiting);
        bytes += waiting.bytes;
        frames++;
        return waiting;
    }

    private void end(WaitingFrame<F> frame, FrameEnd end) {
        remove(frame);
        discard.accept(frame.frame());
        Dispatch push = frame.push();
        if (push != null) {
            if (end == FrameEnd.DROPPED_SLOW) {
                dropped++;
                untold++;
            }
            push.ended(end);
        }
    }

    private void remove(WaitingFrame<F> frame) {
        lineOf(frame.priority).remove(frame);
        bytes -= frame.bytes;
        frames--;
        Dispatch push = frame.push();
        ConflationSlot slot = push == null ? null : push.slot();
        if (slot != null) {
            replaceable.remove(slot, frame);
        }
    }

    private void noteEnd(long endNanos) {
        if (!mayExpire || endNanos - earliestEndNanos < 0) {
            mayExpire = true;
            earliestEndNanos = endNanos;
        }
    }

    private FrameLine<F> lineOf(Priority priority) {
        return switch (priority) {
            case HIGH -> high;
            case NORMAL -> normal;
            case LOW -> low;
        };
    }
}
