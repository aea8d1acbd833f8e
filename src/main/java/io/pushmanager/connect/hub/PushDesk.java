package io.pushmanager.connect.hub;

import io.pushmanager.connect.socket.ClientSocket;
import io.pushmanager.core.message.Action;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.output.Dispatch;
import io.pushmanager.core.rooms.Member;
import io.pushmanager.core.rooms.RoomTable;
import io.pushmanager.core.session.SeenPushes;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.RateLimitedLog;
import java.time.Duration;
import org.slf4j.LoggerFactory;

/**
 * Hands pushes to the sockets of one event loop.
 *
 * <p><b>Order:</b> pushes leave in the order of the calls. <b>Thread:</b> the event loop of its table. <b>Failure:</b> a push that breaks
 * something here is refused with INTERNAL.
 */
final class PushDesk {

    private final RoomTable<ClientSocket> table;
    private final LoopFlush flush;
    private final LoopBacklog backlog;
    private final ActionDesk actions;
    private final SeenPushes seen;
    private final Clocks clocks;
    private final Meters meters;
    private final RateLimitedLog failures;

    PushDesk(
            RoomTable<ClientSocket> table,
            LoopFlush flush,
            LoopBacklog backlog,
            ActionDesk actions,
            HubSettings settings,
            Clocks clocks,
            Meters meters) {
        this.table = table;
        this.flush = flush;
        this.backlog = backlog;
        this.actions = actions;
        this.seen = new SeenPushes(settings.seenPushes(), settings.seenWindow().toNanos());
        this.clocks = clocks;
        this.meters = meters;
        this.failures = new RateLimitedLog(LoggerFactory.getLogger(PushDesk.class), Duration.ofMinutes(1), clocks);
    }

    /** @return what became of one push of the batch, as far as it is known by now */
    HubAnswer deliver(PushBatch batch, int index) {
        try {
            return deliver(batch.push(index), batch.contentHash(index), batch.targetHash(index));
        } catch (RuntimeException e) {
            failures.error("a push could not be delivered", e);
            return Tally.BROKEN;
        }
    }

    /** Every push of the batch has been delivered here. */
    void delivered(PushBatch batch) {
        BatchTrail trail = batch.trail();
        if (trail != null) {
            flush.trace(trail);
        }
    }

    private HubAnswer deliver(HubPush push, long contentHash, long targetHash) {
        Action action = push.action();
        if (action == Action.COUNT) {
            return new HubAnswer.Delivered(actions.count(push.target())); // and nothing remembers it
        }
        long now = clocks.nanoTime();
        if (push.handling().hasExpired(now)) {
            return expired(push, contentHash, targetHash);
        }
        long reachedUpTo = 0;
        if (!push.messageId().isEmpty()) {
            reachedUpTo = seen.note(push.messageId(), contentHash, targetHash, table.sequence(), now);
            if (reachedUpTo == SeenPushes.CONFLICT) {
                return Tally.CONFLICT;
            }
        }
        if (action != null) {
            return new HubAnswer.Delivered(actions.carryOut(action, push.target(), reachedUpTo));
        }
        FanOut fanOut = new FanOut(push, reachedUpTo, backlog);
        try {
            table.visit(push.target(), fanOut);
        } finally {
            fanOut.end();
        }
        if (fanOut.writtenAtOnce() > 0) {
            meters.framesWritten(fanOut.writtenAtOnce());
        }
        if (fanOut.droppedAtOnce() > 0) {
            meters.framesDropped("slow_consumer", fanOut.droppedAtOnce());
        }
        Dispatch unfinished = fanOut.unfinished();
        flush.delivered(fanOut.writtenAtOnce() + (unfinished == null ? 0 : unfinished.unflushedFrames()));
        if (push.handling().priority() == Priority.HIGH && fanOut.writtenAtOnce() > 0) {
            flush.urgent();
        }
        return unfinished == null || !push.reported()
                ? new HubAnswer.Delivered(fanOut.counts())
                : new HubAnswer.Later(fanOut.counts(), backlog.report(unfinished));
    }

    /** Its turn came too late. It is not remembered: nobody has got it. */
    private HubAnswer expired(HubPush push, long contentHash, long targetHash) {
        long reachedUpTo = push.messageId().isEmpty() ? 0 : seen.reachedUpTo(push.messageId(), contentHash, targetHash);
        if (reachedUpTo == SeenPushes.CONFLICT) {
            return Tally.CONFLICT;
        }
        Expired late = new Expired(reachedUpTo);
        table.visit(push.target(), late);
        if (late.matched > late.duplicate) {
            meters.framesDropped("expired", late.matched - late.duplicate);
        }
        return new HubAnswer.Delivered(
                new DeliveryCounts(late.matched, 0, 0, late.matched - late.duplicate, late.duplicate, 0, 0));
    }

    private static final class Expired implements RoomTable.Visitor<ClientSocket> {

        private final long reachedUpTo;
        private long matched;
        private long duplicate;

        Expired(long reachedUpTo) {
            this.reachedUpTo = reachedUpTo;
        }

        @Override
        public void visit(Member<ClientSocket> member, long since) {
            matched++;
            if (since <= reachedUpTo) {
                duplicate++;
            }
        }
    }
}
