package io.pushmanager.nodeclient;

import io.pushmanager.core.mailbox.Backlog;
import io.pushmanager.core.mailbox.Mailbox;
import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.mailbox.PushRef;
import io.pushmanager.core.mailbox.Waiting;
import io.pushmanager.core.message.Handling;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.outcome.Outcome;
import io.pushmanager.core.retry.Backoff;
import io.pushmanager.core.time.Clocks;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends to a node that takes one push a call: takes pushes out of a mailbox and sends them, one at a time in a lane, until
 * each has its reply.
 *
 * <p><b>Order:</b> a push that may be sent again is sent again from its lane, which waits for it. <b>Bound:</b> one send
 * and one timer a lane. <b>Time:</b> a push has the call deadline from when its turn comes, attempts and waits together.
 * <b>Failure:</b> every push ends exactly once, through {@code ended}. <b>Thread:</b> event loop only.
 */
final class MailboxWorkers implements PushSender, Backlog.Ends<Waiting> {

    private static final long NO_TIMER = -1;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Vertx vertx;
    private final Mailbox mailbox;
    private final NodeLink link;
    private final PushSpans spans;
    private final Clocks clocks;
    private final DoubleSupplier jitter;
    private final long deadlineNanos;
    private final Backoff backoff;
    private final PushEnds ends;
    private final CallTable table;
    private final UnarySender sender;
    private final Worker[] workers;

    private final OneTimer due;
    private boolean running;
    /** How pushes end that were not sent, once nothing waits for a connection any more. */
    private LinkReply.@Nullable GivenUp unsent;

    MailboxWorkers(
            Vertx vertx,
            NodeClientConfig config,
            Clocks clocks,
            DoubleSupplier jitter,
            NodeLink link,
            PushSpans spans,
            PushEnds ends) {
        this.vertx = vertx;
        this.mailbox = new Mailbox(config.workers(), config.mailbox(), this::waits, this);
        this.link = link;
        this.spans = spans;
        this.clocks = clocks;
        this.jitter = jitter;
        this.table = new CallTable(vertx, clocks, config.workers());
        this.sender = new UnarySender(table, clocks, config.callDeadline().toNanos(), link::foreign);
        this.deadlineNanos = config.callDeadline().toNanos();
        this.backoff = new Backoff(
                config.reconnectMin().toNanos(), config.reconnectMax().toNanos());
        this.ends = ends;
        this.due = new OneTimer(vertx, clocks, this::onDue);
        this.workers = new Worker[config.workers()];
        for (int lane = 0; lane < workers.length; lane++) {
            workers[lane] = new Worker(lane);
        }
    }

    @Override
    public @Nullable Outcome offer(MailboxEntry entry, long nowNanos) {
        return mailbox.offer(entry, nowNanos);
    }

    /** Takes over what another sender had accepted, full or not. */
    PushRef readmit(MailboxEntry entry) {
        return mailbox.readmit(entry, clocks.nanoTime());
    }

    /** Starts whatever can start. */
    @Override
    public void run() {
        if (running) {
            return; // a send that ended at once: the loop below goes on, rather than the stack growing by a frame a
            // push
        }
        running = true;
        for (int lane = mailbox.start(clocks.nanoTime()); lane >= 0; lane = mailbox.start(clocks.nanoTime())) {
            workers[lane].begin();
        }
        running = false;
        due.armAt(mailbox.nextDueNanos());
    }

    /** Who waits for the connection need not wait longer. */
    @Override
    public void connected(NodeConnection connection) {
        for (Worker worker : workers) {
            worker.wake();
        }
    }

    @Override
    public void disconnected(String reason) {
        // The calls under way end by themselves: answered still, after a GOAWAY, or broken.
    }

    @Override
    public void refused(String reason) {
        // Nothing is under way without a connection.
    }

    @Override
    public void dead(String reason) {
        table.abortAll(reason);
    }

    @Override
    public boolean watchesLife() {
        return false;
    }

    @Override
    public void drain() {
        mailbox.drain();
    }

    @Override
    public void giveUp(String reason) {
        LinkReply gone = new LinkReply.GivenUp(reason);
        for (Worker worker : workers) {
            worker.forget();
        }
        mailbox.abandon(entry -> ends.ended(entry, gone), clocks.nanoTime());
    }

    /** A push that was sent still gets its reply, which comes after a GOAWAY too. */
    @Override
    public void giveUpUnsent(String reason) {
        LinkReply.GivenUp gone = new LinkReply.GivenUp(reason);
        unsent = gone;
        mailbox.abandonWaiting(entry -> ends.ended(entry, gone));
        for (Worker worker : workers) {
            worker.endIfWaiting(gone);
        }
    }

    @Override
    public int messages() {
        return mailbox.messages() + mailbox.outside();
    }

    @Override
    public int waitingForRoom() {
        return mailbox.outside();
    }

    @Override
    public int inFlight() {
        return mailbox.inFlight();
    }

    @Override
    public int depth() {
        return mailbox.messages();
    }

    @Override
    public long bytes() {
        return mailbox.bytes();
    }

    @Override
    public Future<Void> close() {
        due.cancel();
        table.abortAll("the node client is closing");
        return Future.succeededFuture();
    }

    private void onDue() {
        mailbox.expire(clocks.nanoTime());
        run();
        ends.settled();
    }

    // ---- what ends without having been sent

    private void waits(Waiting push) {
        spans.waits(push, push.message().traceparent());
    }

    @Override
    public void admitted(Waiting push) {
        waits(push);
        ends.admitted(push);
    }

    @Override
    public void refused(Waiting push, Outcome why) {
        ends.refused(push, why);
    }

    @Override
    public void expired(Waiting push) {
        ends.ended(push, new LinkReply.Expired());
    }

    @Override
    public void conflated(Waiting push) {
        ends.ended(push, new LinkReply.Conflated());
    }

    @Override
    public void dropped(Waiting push) {
        ends.ended(push, new LinkReply.Dropped());
    }

    private Future<LinkReply> attempt(PushMessage message, long deadline) {
        String dead = link.deadReason();
        if (dead != null) {
            return Future.succeededFuture(new LinkReply.Failed(dead));
        }
        NodeConnection connection = link.live();
        return connection == null
                ? Future.succeededFuture(new LinkReply.Unprocessed(link.downReason()))
                : sender.send(connection, message, deadline);
    }

    private final class Worker {
        private final int lane;
        /** Number of the attempt under way, so that the reply to a forgotten one is not taken for that of another. */
        private long attempt;

        private long deadline;
        /** Under way, from {@link #begin} to {@link #end}. */
        private @Nullable PushMessage message;

        private int failures;
        private long timer = NO_TIMER;

        Worker(int lane) {
            this.lane = lane;
        }

        void begin() {
            deadline = clocks.nanoTime() + deadlineNanos;
            failures = 0;
            message = traced(mailbox.underWay(lane));
            send();
        }

        void wake() {
            if (timer != NO_TIMER) {
                vertx.cancelTimer(timer);
                timer = NO_TIMER;
                send();
            }
        }

        void forget() {
            attempt++;
            message = null;
            if (timer != NO_TIMER) {
                vertx.cancelTimer(timer);
                timer = NO_TIMER;
            }
        }

        void endIfWaiting(LinkReply reply) {
            if (timer != NO_TIMER) {
                forget();
                end(reply);
            }
        }

        private PushMessage traced(Waiting entry) {
            PushMessage push = entry.message();
            return spans.isOn() ? push.withTraceparent(spans.begins(entry, push.traceparent())) : push;
        }

        private void send() {
            long mine = ++attempt;
            PushMessage push = Objects.requireNonNull(message);
            if (push.handling().hasExpired(clocks.nanoTime())) {
                end(new LinkReply.Expired());
                return;
            }
            attempt(push, deadline).onSuccess(reply -> {
                if (mine == attempt) {
                    onReply(reply);
                }
            });
        }

        private void onReply(LinkReply reply) {
            if (!(reply instanceof LinkReply.Unprocessed unprocessed)) {
                end(reply);
                return;
            }
            if (unsent != null) {
                end(unsent);
                return;
            }
            long remaining = deadline - clocks.nanoTime();
            if (remaining <= 0) {
                end(new LinkReply.Failed("not sent in time: " + unprocessed.reason()));
                return;
            }
            failures++;
            // Without a connection there is nothing to try: wake() comes when there is one, the timer when time is up.
            long wait = link.isConnected()
                    ? Math.min(remaining, backoff.delayNanos(failures, jitter.getAsDouble()))
                    : remaining;
            Handling handling = Objects.requireNonNull(message).handling();
            if (handling.expires()) {
                wait = Math.min(wait, Math.max(handling.expiresNanos() - clocks.nanoTime(), 0));
            }
            timer = vertx.setTimer(wait / NANOS_PER_MILLI + 1, due -> {
                timer = NO_TIMER;
                send();
            });
        }

        private void end(LinkReply reply) {
            attempt++;
            message = null;
            ends.ended(mailbox.finish(lane, clocks.nanoTime()), reply);
            ends.settled();
            run();
        }
    }
}
