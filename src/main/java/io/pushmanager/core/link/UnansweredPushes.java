package io.pushmanager.core.link;

import org.jspecify.annotations.Nullable;

/**
 * Which of the pushes that were sent have no outcome yet.
 *
 * <p>A push stays in the {@link SentRing} until it has both an outcome and left the window; here is the first half of that.
 * <b>Order:</b> of the ids, which is that of the deadlines. <b>Thread:</b> its session's.
 */
final class UnansweredPushes {

    private final SentRing sent;
    private final SendWindow window;

    /** Before it, everything that was sent has ended. */
    private long cursor = 1;

    private int count;

    UnansweredPushes(SentRing sent, SendWindow window) {
        this.sent = sent;
        this.window = window;
    }

    void add(LinkEntry entry) {
        sent.add(entry);
        count++;
    }

    int count() {
        return count;
    }

    @Nullable
    LinkEntry get(long id) {
        LinkEntry entry = sent.get(id);
        return entry == null || entry.ended ? null : entry;
    }

    @Nullable
    LinkEntry oldest() {
        cursor = Math.max(cursor, sent.first());
        while (cursor < sent.end()) {
            LinkEntry entry = get(cursor);
            if (entry != null) {
                return entry;
            }
            cursor++;
        }
        return null;
    }

    /** The push has its outcome. */
    void end(long id, LinkEntry entry) {
        entry.ended = true;
        entry.letGo();
        count--;
        if (id <= window.consumed()) {
            sent.remove(id);
        }
    }

    /** Ends the oldest; null when there is none. */
    @Nullable
    LinkEntry endOldest() {
        LinkEntry entry = oldest();
        if (entry != null) {
            end(cursor, entry);
        }
        return entry;
    }

    /** As {@link #endOldest}, if its deadline has come. */
    @Nullable
    LinkEntry endDue(long nowNanos) {
        LinkEntry entry = oldest();
        return entry != null && entry.dueNanos - nowNanos <= 0 ? endOldest() : null;
    }

    /** For a session whose pushes have all ended: ids begin anew. */
    void clear() {
        sent.clear();
        cursor = 1;
    }
}
