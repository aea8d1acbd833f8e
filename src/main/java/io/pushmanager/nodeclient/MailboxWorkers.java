package io.pushmanager.nodeclient;

import io.pushmanager.core.mailbox.Mailbox;
import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.retry.Backoff;
import io.pushmanager.core.time.Clocks;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes pushes out of a mailbox and sends them, one at a time in a lane, until each has its reply.
 *
 * <p><b>Order:</b> a push that may be sent again is sent again from its lane, which waits for it. <b>Bound:</b> one send
 * and one timer a lane. <b>Time:</b> a push has the call deadline from when its turn comes, attempts and waits together.
 * <b>Failure:</b> every push ends exactly once, through {@code ended}. <b>Thread:</b> event loop only.
 */
final class MailboxWorkers {

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
    private final BiConsumer<MailboxEntry, LinkReply> ended;
    private final Worker[] workers;

    private boolean running;
    /** How pushes end that were not sent, once nothing waits for a connection any more. */
    private LinkReply.@Nullable GivenUp unsent;

    MailboxWorkers(
            Vertx vertx,
            NodeClientConfig config,
            Clocks clocks,
            DoubleSupplier jitter,
            Mailbox mailbox,
            NodeLink link,
            PushSpans spans,
            BiConsumer<MailboxEntry, LinkReply> ended) {
        this.vertx = vertx;
        this.mailbox = mailbox;
        this.link = link;
        this.spans = spans;
        this.clocks = clocks;
        this.jitter = jitter;
        this.deadlineNanos = config.callDeadline().toNanos();
        this.backoff = new Backoff(
                config.reconnectMin().toNanos(), config.reconnectMax().toNanos());
        this.ended = ended;
        this.workers = new Worker[config.workers()];
        for (int lane = 0; lane < workers.length; lane++) {
            workers[lane] = new Worker(lane);
        }
    }

    /** Starts whatever can start. */
    void run() {
        if (running) {
            return; // a send that ended at once: the loop below goes on, rather than the stack growing by a frame a
            // push
        }
        running = true;
        for (int lane = mailbox.start(); lane >= 0; lane = mailbox.start()) {
            workers[lane].begin();
        }
        running = false;
    }

    /** The link works again: who waits for it need not wait longer. */
    void linkConnected() {
        for (Worker worker : workers) {
            worker.wake();
        }
    }

    /** Ends everything that is in the mailbox, under way or not. */
    void giveUp(String reason) {
        LinkReply gone = new LinkReply.GivenUp(reason);
        for (Worker worker : workers) {
            worker.forget();
        }
        mailbox.abandon(entry -> ended.accept(entry, gone));
    }

    /**
     * Ends everything that no node has; a push that was sent still gets its reply, which comes after a GOAWAY too. For a mailbox
     * that drains: from now on nothing waits for a connection.
     */
    void giveUpUnsent(String reason) {
        LinkReply.GivenUp gone = new LinkReply.GivenUp(reason);
        unsent = gone;
        mailbox.abandonWaiting(entry -> ended.accept(entry, gone));
        for (Worker worker : workers) {
            worker.endIfWaiting(gone);
        }
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
            message = spans.begins(mailbox.underWay(lane));
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

        private void send() {
            long mine = ++attempt;
            link.send(Objects.requireNonNull(message), deadline).onSuccess(reply -> {
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
            timer = vertx.setTimer(wait / NANOS_PER_MILLI + 1, due -> {
                timer = NO_TIMER;
                send();
            });
        }

        private void end(LinkReply reply) {
            attempt++;
            message = null;
            ended.accept(mailbox.finish(lane), reply);
            run();
        }
    }
}
