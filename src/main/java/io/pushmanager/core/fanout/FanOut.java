package io.pushmanager.core.fanout;

import io.pushmanager.core.explain.ExplainLimits;
import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Action;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushResult;
import io.pushmanager.core.session.PushFingerprint;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends each push to the nodes it concerns and answers its caller once, with what became of it.
 *
 * <pre>
 *   push ─▶ window of message ids ─▶ router ─▶ an offer per node ─▶ tally ─▶ answer
 *              │ joins, repeats          (credits)      ▲    ▲          ▲
 *              └────────────▶ answer            updates ┘    └ closed   └ deadline
 * </pre>
 *
 * <p><b>Bound:</b> {@link FanOutLimits}. <b>Order:</b> offers to one node leave in the order of the pushes.
 * <b>Thread:</b> one event loop. <b>Time:</b> callers pass monotonic {@code nowNanos} and call {@link #advance} each
 * tick while {@link #isWaiting}. <b>Failure:</b> expected ones are answers; nothing throws.
 */
public final class FanOut {

    /** What the shell carries out. */
    public interface Outbox {
        /** May be answered before it returns. */
        void offer(NodeSlot client, MailboxEntry entry);

        /** A push came to its end at its nodes. Repeats that were answered without sending do not come here. */
        void ended(Api api, int nodesAccepted);
    }

    private final FanOutLimits limits;
    private final Router router;
    private final Outbox outbox;
    private final NodeTable nodes = new NodeTable();
    private final OpenPushes open;
    private final OnceWindow window;
    private final DeadlineWheel deadlines;
    private final List<Waiter> due = new ArrayList<>();
    private boolean membershipStale;
    private boolean membershipKnown;
    private boolean draining;
    private @Nullable FanOutTrails trails;
    private long latestNanos;

    public FanOut(FanOutLimits limits, Router router, Outbox outbox, long nowNanos) {
        this.limits = limits;
        this.router = router;
        this.outbox = outbox;
        this.open = new OpenPushes(limits.maxOpenPushes());
        this.window = new OnceWindow(limits.onceMaxIds(), limits.onceWindowNanos(), limits.onceMaxStoredBytes());
        this.deadlines = new DeadlineWheel(nowNanos, FanOutLimits.TICK_NANOS, 1_024);
    }

    /** Keeps what becomes of the pushes from now on; what it has kept is asked there. */
    public FanOutTrails keepTrails(ExplainLimits kept) {
        FanOutTrails made = new FanOutTrails(kept);
        trails = made;
        return made;
    }

    /** What is heard from now on was heard at this time. */
    public void hear(long nowNanos) {
        latestNanos = nowNanos;
    }

    /** @param caller gets exactly one answer, perhaps before this returns */
    public void push(PushMessage message, long nowNanos, Consumer<PushAnswer> caller) {
        latestNanos = nowNanos;
        if (draining) {
            caller.accept(FanOutErrors.draining());
        } else if (!membershipKnown) {
            caller.accept(FanOutErrors.noMembershipYet());
        } else if (message.deadlineNanos() - nowNanos <= 0) {
            caller.accept(FanOutErrors.deadlinePassed());
        } else if (message.callerChoseId() && !message.isDryRun()) { // what was not sent is not remembered
            pushOnce(message, nowNanos, caller);
        } else {
            send(message, null, nowNanos, caller);
        }
    }

    private void pushOnce(PushMessage message, long nowNanos, Consumer<PushAnswer> caller) {
        // A name for the pair: the target's hash is turned, so that the two cannot cancel out.
        Action action = message.action();
        long what = action == null ? PushFingerprint.of(message.content()) : PushFingerprint.of(action);
        long fingerprint = what ^ Long.rotateLeft(PushFingerprint.of(message.target()), 1);
        OnceWindow.Entry entry = window.find(message.messageId(), nowNanos);
        if (entry == null) {
            send(message, window.add(message.messageId(), fingerprint, nowNanos), nowNanos, caller);
            return;
        }
        if (!entry.isSamePush(fingerprint)) {
            caller.accept(FanOutErrors.messageIdReused());
            return;
        }
        OpenPush running = entry.running(message.ack());
        PushResult outcome = entry.outcome(message.ack());
        if (running != null) {
            await(running, message, nowNanos, caller);
        } else if (outcome != null) {
            caller.accept(outcome);
        } else {
            send(message, entry, nowNanos, caller);
        }
    }

    private void send(
            PushMessage message, OnceWindow.@Nullable Entry entry, long nowNanos, Consumer<PushAnswer> caller) {
        if (open.isFull()) {
            caller.accept(FanOutErrors.tooManyPushes(limits.maxOpenPushes()));
            return;
        }
        OpenPush push = new OpenPush(message, router.route(message, nodes, nowNanos), entry);
        open.add(push);
        if (trails != null) {
            trails.offered(push, message, nowNanos);
        }
        if (entry != null) {
            window.sent(entry, push, nowNanos);
        }
        await(push, message, nowNanos, caller);
        MailboxEntry offer = new MailboxEntry(push.id, message);
        for (int i = 0; i < push.targeted(); i++) {
            NodeSlot slot = push.target(i);
            if (slot.hasCredit(limits.creditsPerNode())) {
                slot.offered();
                outbox.offer(slot, offer);
            } else {
                push.settle(
                        i,
                        NodeReport.rejected(
                                slot.node().nodeId(), Outcome.REJECTED_FULL, "too many offers await its mailbox"));
            }
        }
        push.allOffered();
        endIfComplete(push);
    }

    private void await(OpenPush push, PushMessage message, long nowNanos, Consumer<PushAnswer> caller) {
        Waiter waiter = new Waiter(push, caller);
        waiter.sibling = push.waiters;
        push.waiters = waiter;
        deadlines.add(waiter, limits.replyDeadlineNanos(message.deadlineNanos(), nowNanos, message.ack()));
    }

    /** Whether a push would not be refused whatever it is. */
    public boolean takesPushes() {
        return membershipKnown && !draining;
    }

    /** Until when a push may wait for where it goes, so that its caller hears of it if that does not become known. */
    public long routeDeadlineNanos(PushMessage message, long nowNanos) {
        return limits.replyDeadlineNanos(message.deadlineNanos(), nowNanos, AckLevel.DELIVERED);
    }

    /** Null once it is closed: its offers have failed then. */
    public @Nullable NodeSlot client(String clientId) {
        return nodes.find(clientId);
    }

    /** The node clients that exist. */
    public NodeTable nodes() {
        return nodes;
    }

    /** What a node client says of an offer. Too late, or twice, is no error: only its credit counts then. */
    public void update(NodeSlot slot, long pushId, NodeReport report) {
        OpenPush push = open.find(pushId);
        int index = push == null ? -1 : push.indexOf(slot);
        if (push == null || index < 0) {
            if (!report.accepted() || !OpenPush.isEnd(report)) {
                slot.answered();
            }
            return;
        }
        if (push.settle(index, report)) {
            slot.answered();
        }
        endIfComplete(push);
    }

    public void clientOpened(String clientId, NodeInfo node) {
        nodes.opened(clientId, node);
    }

    public void clientClosing(String clientId) {
        nodes.closing(clientId);
    }

    public void clientClosed(String clientId, String reason) {
        NodeSlot slot = nodes.closed(clientId);
        if (slot == null) {
            return;
        }
        router.closed(slot);
        open.forEach(push -> {
            int index = push.indexOf(slot);
            if (index >= 0) {
                push.fail(index, reason);
                endIfComplete(push);
            }
        });
    }

    public void membershipKnown() {
        membershipKnown = true;
    }

    public void membershipStale(boolean stale) {
        membershipStale = stale;
    }

    /** Answers every caller whose time is up, with what is known by then. */
    public void advance(long nowNanos) {
        latestNanos = nowNanos;
        deadlines.advance(nowNanos, due);
        for (int i = 0; i < due.size(); i++) {
            Waiter waiter = due.get(i);
            if (!waiter.isAnswered()) {
                giveUp(waiter);
            }
        }
        due.clear();
    }

    /** From now on every push is refused; those under way go on. */
    public void drain() {
        draining = true;
    }

    /** Answers every caller now. */
    public void answerAll() {
        open.forEach(push -> {
            for (Waiter waiter = push.waiters; waiter != null; waiter = push.waiters) {
                deadlines.remove(waiter);
                giveUp(waiter);
            }
        });
    }

    /** Whether somebody waits for a push that nodes have yet to answer. */
    public boolean isWaiting() {
        return !deadlines.isEmpty();
    }

    public int openPushes() {
        return open.size();
    }

    private void giveUp(Waiter waiter) {
        OpenPush push = waiter.push;
        push.forgetWaiter(waiter);
        PushAnswer answer = push.answer(membershipStale);
        if (push.waiters == null) {
            end(push, answer);
        }
        waiter.answer(answer);
    }

    private void endIfComplete(OpenPush push) {
        if (!push.isComplete() || open.find(push.id) != push) {
            return;
        }
        PushAnswer answer = push.answer(membershipStale);
        Waiter waiter = push.waiters;
        push.waiters = null;
        end(push, answer);
        while (waiter != null) {
            Waiter next = waiter.sibling;
            deadlines.remove(waiter);
            waiter.answer(answer);
            waiter = next;
        }
    }

    private void end(OpenPush push, PushAnswer answer) {
        open.remove(push);
        push.answered(latestNanos);
        if (push.entry != null) {
            PushResult outcome = answer instanceof PushResult result && push.endedWell() ? result : null;
            window.ended(push.entry, push, outcome);
        }
        outbox.ended(push.api, push.accepted());
    }
}
