package io.pushmanager.core.fanout;

import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.outcome.PushResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A fan-out with a clock that the test turns and nodes that the test speaks for. */
final class FanOutHarness implements FanOut.Outbox {

    static final long MILLI = 1_000_000;

    record Offered(String clientId, long pushId, PushMessage message) {}

    /** The answers that one caller got: one, if all is well. */
    static final class Caller {
        final List<PushAnswer> answers = new ArrayList<>();

        PushResult result() {
            return (PushResult) only();
        }

        PushError error() {
            return (PushError) only();
        }

        PushAnswer only() {
            if (answers.size() != 1) {
                throw new AssertionError("answers: " + answers);
            }
            return answers.get(0);
        }
    }

    final FanOut fanOut;
    final List<Offered> offers = new ArrayList<>();
    int nodesAccepted;
    int ended;
    long now;
    private int generatedIds;

    FanOutHarness(FanOutLimits limits, long startNanos) {
        now = startNanos;
        fanOut = new FanOut(limits, Router.broadcast(), this, startNanos);
    }

    static FanOutLimits limits() {
        return new FanOutLimits(2_000, 10_000, 100_000, 120_000 * MILLI, 32 << 20);
    }

    /** With the first list in, and these nodes open. */
    static FanOutHarness withNodes(String... names) {
        FanOutHarness harness = new FanOutHarness(limits(), -77 * MILLI);
        harness.fanOut.membershipKnown();
        for (String name : names) {
            harness.open(name);
        }
        return harness;
    }

    void open(String name) {
        fanOut.clientOpened(name, node(name));
    }

    static NodeInfo node(String name) {
        return new NodeInfo("node-" + name, name + ":1", "i-" + name, false, "", "", Set.of(), 0);
    }

    Caller push(AckLevel ack) {
        return push(ack, 5_000);
    }

    Caller push(AckLevel ack, long timeoutMillis) {
        return push(message("generated-" + ++generatedIds, false, ack, "hello", timeoutMillis));
    }

    Caller pushAs(String messageId, AckLevel ack, String data) {
        return push(message(messageId, true, ack, data, 5_000));
    }

    Caller push(PushMessage message) {
        Caller caller = new Caller();
        fanOut.push(message, now, caller.answers::add);
        return caller;
    }

    PushMessage message(String id, boolean chosen, AckLevel ack, String data, long timeoutMillis) {
        return PushMessage.of(
                id,
                chosen,
                Api.PUSH_TO_ROOM,
                Target.room("room"),
                Content.text(data, now),
                ack,
                now + timeoutMillis * MILLI,
                null);
    }

    long lastPushId() {
        return offers.get(offers.size() - 1).pushId();
    }

    void accept(String client, long pushId) {
        say(client, pushId, NodeReport.accepted("node-" + client));
    }

    void reject(String client, long pushId, Outcome outcome) {
        say(client, pushId, NodeReport.rejected("node-" + client, outcome, "said the test"));
    }

    void report(String client, long pushId, DeliveryCounts counts) {
        say(client, pushId, NodeReport.reported("node-" + client, counts));
    }

    void end(String client, long pushId, Outcome outcome) {
        say(client, pushId, NodeReport.unreported("node-" + client, outcome, "said the test"));
    }

    private void say(String client, long pushId, NodeReport report) {
        NodeSlot slot = fanOut.client(client);
        if (slot != null) {
            fanOut.update(slot, pushId, report);
        }
    }

    void pass(long millis) {
        now += millis * MILLI;
        fanOut.advance(now);
    }

    static DeliveryCounts written(long connections) {
        return new DeliveryCounts(connections, connections, 0, 0, 0, 0, 0);
    }

    @Override
    public void offer(NodeSlot client, MailboxEntry offer) {
        offers.add(new Offered(client.clientId(), offer.pushId(), offer.message()));
    }

    @Override
    public void ended(Api api, int accepted) {
        ended++;
        nodesAccepted += accepted;
    }
}
