package io.pushmanager.core.routes;

import io.pushmanager.core.fanout.FanOut;
import io.pushmanager.core.fanout.FanOutLimits;
import io.pushmanager.core.fanout.NodeSlot;
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
import io.pushmanager.core.time.Clocks;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A directory and nodes, both played, around the fan-out that asks the one and offers to the others. */
final class PlayedDirectory implements FanOut.Outbox, RouteDesk.Events {

    static final long MILLI = 1_000_000;

    final List<String> offered = new ArrayList<>();
    final TreeMap<String, Long> matches = new TreeMap<>();
    final Set<String> failing = new HashSet<>();
    final TreeSet<String> untold = new TreeSet<>();
    private final TreeSet<String> nodes = new TreeSet<>();
    private final RoutedRouter router = new RoutedRouter();
    final FanOut fanOut = new FanOut(new FanOutLimits(100, 100, 100, 120_000 * MILLI, 1 << 20), router, this, 0);
    private final RouteDesk desk = new RouteDesk(new RouteLimits(500 * MILLI, 100 * MILLI, 10, 10, 10_000), this);
    final RoutedFanOut routed =
            new RoutedFanOut(fanOut, router, desk, new Clocks(() -> this.now, () -> this.now / MILLI));
    long now = 77;
    int questions;
    int reroutes;
    private int ids;

    /** Where the directory says that everything is. */
    List<NodeRef> holders = List.of();

    private static NodeInfo node(String name) {
        return new NodeInfo("node-" + name, name + ":1", "i-" + name, false, "", "", Set.of(), 0);
    }

    private static NodeRef ref(String name) {
        return NodeRef.of(node(name));
    }

    void open(String... names) {
        fanOut.membershipKnown();
        for (String name : names) {
            nodes.add(name);
            routed.nodeUp(node(name));
            fanOut.clientOpened(name, node(name));
            matches.put(name, 1L);
        }
    }

    void close(String name) {
        routed.nodeDown(node(name));
        fanOut.clientClosing(name);
        fanOut.clientClosed(name, "gone");
    }

    void holdAt(String... names) {
        holders = Stream.of(names).map(PlayedDirectory::ref).toList();
    }

    List<PushAnswer> push(Target target, AckLevel ack) {
        return push("id-" + ++ids, target, ack);
    }

    List<PushAnswer> push(String id, Target target, AckLevel ack) {
        List<PushAnswer> answers = new ArrayList<>();
        PushMessage message = PushMessage.of(
                id, true, Api.PUSH_TO_ROOM, target, Content.text("x", 1), ack, now + 5_000 * MILLI, null);
        routed.push(message, now, answers::add);
        lookUp();
        return answers;
    }

    void lookUp() {
        now++;
        for (RouteDesk.Batch batch = desk.next(now); batch != null; batch = desk.next(now)) {
            questions++;
            now++;
            Set<String> told = new HashSet<>();
            nodes.stream().filter(name -> !untold.contains(name)).forEach(name -> told.add("i:i-" + name));
            List<List<NodeRef>> answer = new ArrayList<>();
            batch.keys().forEach(key -> answer.add(holders));
            desk.answered(batch, new RouteAnswer(told, answer), now);
        }
    }

    @Override
    public void offer(NodeSlot client, MailboxEntry offer) {
        String name = client.clientId();
        offered.add(name);
        if (failing.contains(name)) {
            fanOut.update(client, offer.pushId(), NodeReport.rejected("node-" + name, Outcome.FAILED, "broken"));
            return;
        }
        fanOut.update(client, offer.pushId(), NodeReport.accepted("node-" + name));
        if (offer.message().ack() == AckLevel.DELIVERED) {
            long there = matches.get(name);
            fanOut.update(
                    client,
                    offer.pushId(),
                    NodeReport.reported("node-" + name, new DeliveryCounts(there, there, 0, 0, 0, 0, 0)));
        }
    }

    @Override
    public void ended(Api api, int nodesAccepted) {}

    @Override
    public void waits() {}

    @Override
    public void found() {}

    @Override
    public void rerouted() {
        reroutes++;
    }
}
