package io.pushmanager.core.mailbox;

import io.pushmanager.core.message.Handling;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.outcome.Outcome;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one node: bounded, in lines with priorities, with times to live, conflation, and what a full mailbox does.
 *
 * <p>Inside is what was accepted; with {@link Overflow#WAIT} pushes also wait outside, in their order, for room.
 *
 * <p><b>Bound:</b> {@link MailboxLimits}; what was taken counts until it is {@linkplain #release released}. <b>Order:</b> FIFO within a
 * line and a priority, also for what came by way of the outside. <b>Outcome:</b> whatever is accepted, or told to wait, leaves exactly
 * once: taken, abandoned, or through {@link Ends}. <b>Time:</b> callers pass monotonic nanoseconds and call {@link #expire} when {@link
 * #nextDueNanos} has come. <b>Thread:</b> confined to the owner's event loop. <b>Cost:</b> a push that is {@linkplain Handling#isPlain plain} costs
 * no object and no look-up while there is room. <b>Source:</b> docs/decisions/0004 and 0013.
 *
 * @param <E> what waits
 */
public final class Backlog<E extends Queued<E>> {

    /** What {@link #nextDueNanos} answers when nothing is due. */
    public static final long NONE = Long.MAX_VALUE;

    /** Told of what leaves without having been taken, and of what comes in late. Must not come back to the backlog. */
    public interface Ends<E> {
        /** Its time to live has ended. */
        void expired(E push);

        /** A newer push with the same key has taken its place. */
        void conflated(E push);

        /** It was the oldest of the lowest priority when there was no room. */
        void dropped(E push);

        /** It had to wait for room, and is in the mailbox now. */
        void admitted(E push);

        /** It had to wait for room, and there will be none for it: full or draining. */
        void refused(E push, Outcome why);
    }

    private final MailboxLimits limits;
    private final Ends<E> ends;
    private final Inside<E> inside;
    private final OutsideLine<E> outside;
    private final WatchList<E> watchList = new WatchList<>();

    private boolean draining;

    public Backlog(int lineCount, MailboxLimits limits, Ends<E> ends) {
        this.limits = limits;
        this.ends = ends;
        this.inside = new Inside<>(lineCount, limits);
        this.outside = new OutsideLine<>(limits.maxOutsideBytes());
    }

    // ---- in

    /** Whether {@link #offer} would certainly refuse it: saves making its entry. */
    public @Nullable Outcome refusal(MailboxEntry push) {
        if (draining) {
            return Outcome.REJECTED_DRAINING;
        }
        PushMessage message = push.message();
        if (inside.fits(message.sizeBytes()) || limits.overflow() != Overflow.REJECT_NEW) {
            return null;
        }
        Handling handling = message.handling();
        return handling.conflates() || handling.expires() ? null : Outcome.REJECTED_FULL;
    }

    /** {@code ACCEPTED} or a rejection; null when it waits outside or has ended at once: then {@link Ends} tells. */
    public @Nullable Outcome offer(E entry, long nowNanos) {
        if (draining) {
            return Outcome.REJECTED_DRAINING;
        }
        PushMessage message = entry.message();
        Handling handling = message.handling();
        if (!handling.isPlain()) {
            if (handling.hasExpired(nowNanos)) {
                entry.outside = true;
                ends.expired(entry);
                return null;
            }
            if (handling.conflates()) {
                replaceOlder(entry, nowNanos);
            } else if (handling.expires()) {
                entry.watched = new Watched<>(entry, null, nowNanos);
            }
        }
        if (outside.isEmpty() && inside.fits(message.sizeBytes())) {
            enter(entry, message, nowNanos);
            return Outcome.ACCEPTED;
        }
        return whenFull(entry, message, nowNanos);
    }

    private @Nullable Outcome whenFull(E entry, PushMessage message, long nowNanos) {
        return switch (limits.overflow()) {
            case REJECT_NEW -> Outcome.REJECTED_FULL;
            case DROP_OLDEST -> {
                if (!makeRoom(message.sizeBytes(), message.priority())) {
                    yield Outcome.REJECTED_FULL;
                }
                enter(entry, message, nowNanos);
                yield Outcome.ACCEPTED;
            }
            case WAIT -> waitOutside(entry, nowNanos) ? null : Outcome.REJECTED_FULL;
        };
    }

    /** Takes what another mailbox had accepted: not refused again, whatever the bound says. */
    public void readmit(E entry, long nowNanos) {
        Handling handling = entry.message().handling();
        if (handling.expires() || handling.conflates()) {
            entry.watched = new Watched<>(entry, Watched.keyOf(entry.message()), nowNanos);
        }
        enter(entry, entry.message(), nowNanos);
    }

    private void enter(E entry, PushMessage message, long nowNanos) {
        entry.outside = false;
        entry.enters(nowNanos);
        inside.add(entry, message);
        Watched<E> watched = entry.watched;
        if (watched != null) {
            watchList.enters(watched);
        }
    }

    /** Only if the newer one then has its place for certain: nothing may be lost by a replacement that is refused itself. */
    private void replaceOlder(E entry, long nowNanos) {
        Watched.Key key = Watched.keyFor(entry.message());
        Watched<E> older = watchList.newestOf(key);
        if (older == null || nowNanos - older.sinceNanos >= limits.conflateNanos() || !hasPlace(entry, older.owner)) {
            entry.watched = new Watched<>(entry, key, nowNanos);
            return;
        }
        entry.watched = new Watched<>(entry, key, older.sinceNanos);
        leave(older.owner);
        ends.conflated(older.owner);
        admit(nowNanos);
    }

    private boolean hasPlace(E entry, E older) {
        int size = entry.message().sizeBytes();
        return outside.isEmpty() ? inside.fitsInPlaceOf(older, size) : outside.fits(size);
    }

    // ---- a full mailbox

    private boolean makeRoom(int size, Priority most) {
        if (!inside.canMakeRoom(size, most)) {
            return false;
        }
        while (!inside.fits(size)) {
            E oldest = inside.oldestOfLowest();
            leave(oldest);
            ends.dropped(oldest);
        }
        return true;
    }

    private boolean waitOutside(E entry, long nowNanos) {
        int size = entry.message().sizeBytes();
        if (size > limits.maxBytes() || !outside.fits(size)) {
            return false;
        }
        Watched<E> watched = entry.watched;
        if (watched == null) {
            watched = new Watched<>(entry, null, nowNanos);
            entry.watched = watched;
        }
        outside.add(entry);
        watchList.waitsOutside(watched, OutsideLine.dueNanos(entry.message(), nowNanos));
        return true;
    }

    /** Lets in what waits outside, as far as there is room. */
    private void admit(long nowNanos) {
        for (E next = outside.peek(); next != null && inside.fits(next.message().sizeBytes()); next = outside.peek()) {
            watchList.leaves(next);
            outside.take(next);
            enter(next, next.message(), nowNanos);
            ends.admitted(next);
        }
    }

    // ---- out

    /** Whose turn it is in a line; null when nobody waits there. */
    public @Nullable E peek(int line) {
        return inside.line(line).peek();
    }

    /** Whether LOW is due in a line by its share, rather than because nobody else waits. */
    public boolean isTurnOfLow(int line) {
        return inside.line(line).isTurnOfLow();
    }

    /** Takes what {@link #peek} has shown. It counts until it is released. */
    public void take(E entry) {
        watchList.leaves(entry);
        inside.take(entry, entry.message());
    }

    /** Takes it, and it counts no more. */
    public void takeForGood(E entry, long nowNanos) {
        watchList.leaves(entry);
        PushMessage message = entry.message();
        inside.take(entry, message);
        release(message.sizeBytes(), nowNanos);
    }

    /** So much of what was taken counts no more. */
    public void release(int messageBytes, long nowNanos) {
        inside.release(messageBytes);
        if (!outside.isEmpty()) {
            admit(nowNanos);
        }
    }

    /** Ends one that waits and has expired. */
    public void expire(E entry, long nowNanos) {
        leave(entry);
        ends.expired(entry);
        admit(nowNanos);
    }

    /** Ends what is due. */
    public void expire(long nowNanos) {
        for (E entry = watchList.firstDue(nowNanos); entry != null; entry = watchList.firstDue(nowNanos)) {
            boolean expired = entry.message().handling().hasExpired(nowNanos);
            leave(entry);
            if (expired) {
                ends.expired(entry);
            } else {
                ends.refused(entry, Outcome.REJECTED_FULL);
            }
        }
        admit(nowNanos);
    }

    /** When {@link #expire} will have something to do, or {@link #NONE}. */
    public long nextDueNanos() {
        return watchList.nextDueNanos();
    }

    /** Takes one out that waits and will not have its turn. */
    public void remove(E entry, long nowNanos) {
        leave(entry);
        admit(nowNanos);
    }

    private void leave(E entry) {
        watchList.leaves(entry);
        if (entry.outside) {
            outside.remove(entry);
        } else {
            inside.remove(entry);
        }
    }

    /** From now on every offer is refused, and so is what waits outside; what is inside still goes its way. */
    public void drain() {
        draining = true;
        for (E entry = outside.any(); entry != null; entry = outside.any()) {
            leave(entry);
            ends.refused(entry, Outcome.REJECTED_DRAINING);
        }
    }

    /** Takes out everything that waits, line by line and oldest first in each priority, then what is outside. */
    public void abandon(Consumer<E> abandoned) {
        for (E entry = inside.any(); entry != null; entry = inside.any()) {
            leave(entry);
            abandoned.accept(entry);
        }
        for (E entry = outside.any(); entry != null; entry = outside.any()) {
            leave(entry);
            abandoned.accept(entry);
        }
    }

    // ---- how much

    /** Of a priority in a line: who has waited longest there. */
    public @Nullable E first(int line, Priority priority) {
        return inside.line(line).of(priority).first;
    }

    /** Whether somebody waits in a line whom the others let go first. */
    public boolean hasHigh(int line) {
        return inside.line(line).hasHigh();
    }

    public boolean isEmpty(int line) {
        return inside.line(line).isEmpty();
    }

    /** What the bound counts: inside, and taken but not released. */
    public int messages() {
        return inside.messages();
    }

    /** The bytes of those. */
    public long bytes() {
        return inside.bytes();
    }

    /** What waits for room. */
    public int outside() {
        return outside.size();
    }

    /** The bytes of those. */
    public long outsideBytes() {
        return outside.bytes();
    }
}
