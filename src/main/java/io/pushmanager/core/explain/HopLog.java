package io.pushmanager.core.explain;

import io.pushmanager.core.mailbox.PushRef;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last ends of pushes at the node clients of one event loop; slow and failed ones longer, with their message ids, for fan-out may
 * have forgotten them by then.
 *
 * <p><b>Bound:</b> {@code rows} that went well, in arrays that are made once; half as many slow and half as many failed ones.
 * <b>Time:</b> passed in; an end costs a few stores, a search goes through everything. <b>Thread:</b> its event loop.
 */
public final class HopLog {

    /** What a {@link PushRef} says that was not sent, or does not know when. */
    public static final long NOT_SENT = Long.MIN_VALUE;

    private final int rows;
    private final long slowNanos;

    private final long[] pushIds;
    private final long[] offered;
    private final long[] sent;
    private final long[] ended;
    private final String[] clients;
    private final @Nullable NodeReport[] reports;
    private long count;

    private final Deque<HopRow> slow = new ArrayDeque<>();
    private final Deque<HopRow> failed = new ArrayDeque<>();

    public HopLog(int rows, long slowNanos) {
        this.rows = rows;
        this.slowNanos = slowNanos;
        this.pushIds = new long[rows];
        this.offered = new long[rows];
        this.sent = new long[rows];
        this.ended = new long[rows];
        this.clients = new String[rows];
        this.reports = new @Nullable NodeReport[rows];
    }

    public void ended(String clientId, PushRef push, NodeReport report, long nowNanos) {
        if (hasFailed(report)) {
            keep(failed, clientId, push, report, nowNanos);
            return;
        }
        long offeredNanos = push.offeredNanos();
        boolean inTime = nowNanos - offeredNanos <= slowNanos || offeredNanos == NOT_SENT;
        if (!inTime || leftDoubt(report)) {
            keep(slow, clientId, push, report, nowNanos);
            return;
        }
        int row = (int) (count % rows);
        count++;
        pushIds[row] = push.pushId();
        offered[row] = offeredNanos;
        sent[row] = push.sentNanos();
        ended[row] = nowNanos;
        clients[row] = clientId;
        reports[row] = report;
    }

    private void keep(Deque<HopRow> ring, String clientId, PushRef push, NodeReport report, long nowNanos) {
        if (ring.size() >= Math.max(1, rows / 2)) {
            ring.removeFirst();
        }
        ring.addLast(new HopRow(
                push.pushId(),
                push.messageId(),
                clientId,
                push.offeredNanos(),
                push.sentNanos() != NOT_SENT,
                push.sentNanos(),
                nowNanos,
                report));
    }

    /** Somebody did not get it who should have. One that a newer one has replaced has done what it was asked to. */
    public static boolean hasFailed(NodeReport report) {
        DeliveryCounts delivery = report.delivery();
        if (delivery != null) {
            return delivery.droppedSlow() + delivery.expired() > 0;
        }
        return report.outcome() != Outcome.ACCEPTED && report.outcome() != Outcome.CONFLATED;
    }

    /** Sockets that take no bytes may get it yet. */
    public static boolean leftDoubt(NodeReport report) {
        DeliveryCounts delivery = report.delivery();
        return delivery != null && delivery.unknown() > 0;
    }

    /** Of a message id, by fan-out's numbers of it where it still knows them; newest first. */
    public List<HopRow> find(String messageId, List<Long> numbers) {
        List<HopRow> found = new ArrayList<>();
        long oldest = Math.max(0, count - rows);
        for (long at = count - 1; at >= oldest && !numbers.isEmpty(); at--) {
            int row = (int) (at % rows);
            NodeReport report = reports[row];
            if (report != null && numbers.contains(pushIds[row])) {
                found.add(new HopRow(
                        pushIds[row],
                        "",
                        clients[row],
                        offered[row],
                        sent[row] != NOT_SENT,
                        sent[row],
                        ended[row],
                        report));
            }
        }
        slow.stream().filter(row -> row.messageId().equals(messageId)).forEach(found::add);
        failed.stream().filter(row -> row.messageId().equals(messageId)).forEach(found::add);
        found.sort((a, b) -> Long.compare(b.endedNanos() - a.endedNanos(), 0));
        return found;
    }

    public int slow() {
        return slow.size();
    }

    public int failed() {
        return failed.size();
    }
}
