package io.pushmanager.ledger;

import io.pushmanager.ledger.Violation.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares what was pushed and answered with what arrived.
 *
 * <p>Exact for every socket that was welcomed before the call, and in its room, and answered a ping sent after the reply. With
 * ACCEPTED pushes ask for that ping only when the managers' mailboxes are empty, for their reply says no more than that a copy
 * waits in one; a DELIVERED push has been written by then. Other sockets that ended may lack what came last, never something
 * before what they got.
 */
public final class LedgerCheck {

    private final Ledger ledger;
    private final Map<String, List<Push>> attempts = new LinkedHashMap<>();
    private final Map<SocketLog, Set<String>> received = new LinkedHashMap<>();
    private final List<Violation> violations = new ArrayList<>();
    private long frames;
    private long proven;

    private LedgerCheck(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Checks everything there is to check. */
    public static LedgerCheck of(Ledger ledger) {
        LedgerCheck check = new LedgerCheck(ledger);
        ledger.pushes().forEach(push -> check.attempts
                .computeIfAbsent(push.body(), unseen -> new ArrayList<>())
                .add(push));
        ledger.strays().forEach(stray -> check.found(Kind.MISROUTED, stray));
        ledger.sockets().forEach(check::frames);
        ledger.sockets().forEach(check::order);
        ledger.sockets().forEach(check::missing);
        check.attempts.values().forEach(check::counts);
        return check;
    }

    public List<Violation> violations() {
        return violations;
    }

    /** Frames compared: a check of nothing is no proof. */
    public long frameCount() {
        return frames;
    }

    /** Pairs of a push and a socket of which it is certain that the one had to reach the other. */
    public long provenCount() {
        return proven;
    }

    private void frames(SocketLog socket) {
        Set<String> bodies = new HashSet<>();
        received.put(socket, bodies);
        for (SocketLog.Frame frame : socket.frames) {
            frames++;
            if (!bodies.add(frame.body())) {
                found(Kind.DOUBLED, socket + " got " + frame.body() + " twice");
            }
            List<Push> pushes = attempts.getOrDefault(frame.body(), List.of());
            if (pushes.isEmpty()) {
                found(Kind.MISROUTED, socket + " got " + frame.body() + ", which nobody pushed");
            } else if (pushes.stream().noneMatch(push -> socket.mayHave(push, frame.at()))) {
                found(Kind.MISROUTED, socket + " got " + pushes.get(0));
            } else if (pushes.stream().noneMatch(push -> isAsPushed(frame, push))) {
                found(Kind.ALTERED, socket + " got " + frame + " for " + pushes.get(0));
            }
        }
    }

    private static boolean isAsPushed(SocketLog.Frame frame, Push push) {
        // Of a user in a room the contract fixes neither field.
        boolean bothNamed = push.target().room() != null && push.target().user() != null;
        return (push.messageId() == null || push.messageId().equals(frame.messageId()))
                && (bothNamed
                        || (Objects.equals(push.target().room(), frame.room())
                                && Objects.equals(push.target().user(), frame.user())));
    }

    private record Channel(String manager, PushTarget target) {}

    /** Among what a socket got from one manager for one target, nothing may come after what it precedes. */
    private void order(SocketLog socket) {
        Map<Channel, Push> latestBegun = new HashMap<>();
        Map<String, Push> latestOfStream = new HashMap<>();
        for (SocketLog.Frame frame : socket.frames) {
            Push push = onlyAttempt(frame.body());
            if (push == null) {
                continue;
            }
            Channel channel = new Channel(push.manager(), push.target());
            // It is enough to compare with the one begun last: who precedes any of them precedes that one.
            Push latest = latestBegun.get(channel);
            Push before = push.stream() == null ? null : latestOfStream.get(push.stream() + channel);
            if (before != null && push.precedes(before)) {
                found(Kind.REORDERED, socket + " got " + before + " before " + push);
            } else if (latest != null
                    && (push.stream() == null || !push.stream().equals(latest.stream()))
                    && push.precedes(latest)) {
                found(Kind.REORDERED, socket + " got " + latest + " before " + push);
            }
            if (latest == null || latest.begunAt() < push.begunAt()) {
                latestBegun.put(channel, push);
            }
            if (push.stream() != null && (before == null || before.position() < push.position())) {
                latestOfStream.put(push.stream() + channel, push);
            }
        }
    }

    private void missing(SocketLog socket) {
        Set<String> got = received.getOrDefault(socket, Set.of());
        List<String> lacking = new ArrayList<>();
        attempts.forEach((body, pushes) -> {
            boolean due = pushes.stream().anyMatch(push -> isProven(socket, push));
            proven += due ? 1 : 0;
            if (!got.contains(body) && (due || pushes.stream().anyMatch(push -> isInAHole(socket, push, got)))) {
                lacking.add(pushes.get(0).toString());
            }
        });
        if (lacking.size() > socket.admittedGaps) {
            lacking.forEach(push -> found(Kind.MISSING, socket + " has not got " + push));
        }
    }

    /** The reply says that its node took it or need not have, and what was written by then has come. */
    private boolean isProven(SocketLog socket, Push push) {
        Push.Reply reply = push.reply();
        if (reply == null
                || !socket.answeredAfter(reply.at())
                || !socket.isConcerned(push, ledger.visibleAfter(push))
                || !push.acceptedAt(socket.node)
                || ledger.mayLack(socket.node, push)) {
            return false;
        }
        Push.Counts counts = push.countsAt(socket.node);
        if (counts != null && counts.expired() + counts.conflated() > 0) {
            return false; // some have not got it, and how many have is counted elsewhere
        }
        // A node that stopped counting may have written after the reply, and so after the end of the socket.
        return socket.closedAt == SocketLog.NEVER || counts == null || counts.unknown() == 0;
    }

    /** Written, and followed by one that arrived: then it was before the cut. */
    private boolean isInAHole(SocketLog socket, Push push, Set<String> got) {
        Push.Counts counts = push.countsAt(socket.node);
        return counts != null
                && counts.written() == counts.matched()
                && push.begunAt() < socket.closedAt
                && socket.isConcerned(push, ledger.visibleAfter(push))
                && !ledger.mayLack(socket.node, push)
                && got.stream()
                        .map(this::onlyAttempt)
                        .anyMatch(other -> other != null
                                && other.manager().equals(push.manager())
                                && other.target().equals(push.target())
                                && push.precedes(other));
    }

    private void counts(List<Push> sameBody) {
        Set<String> nodes = new TreeSet<>();
        for (Push push : sameBody) {
            if (push.reply() != null) {
                nodes.addAll(push.reply().nodes().keySet());
                adds(push);
            }
        }
        nodes.forEach(node -> written(node, sameBody));
    }

    /** Within one reply. */
    private void adds(Push push) {
        Push.Reply reply = push.reply();
        if (reply == null || reply.code() != 0) {
            return;
        }
        if (reply.targeted() != reply.accepted() + reply.failed()) {
            found(
                    Kind.MISCOUNTED,
                    push + ": nodes targeted " + reply.targeted() + ", accepted " + reply.accepted() + ", failed "
                            + reply.failed());
        }
        if (push.delivered() && reply.total() == null && !reply.nodes().isEmpty()) {
            found(Kind.MISCOUNTED, push + ": DELIVERED without totals");
        }
        if (reply.total() == null) {
            return;
        }
        if (!reply.total().reconciles()) {
            found(Kind.MISCOUNTED, push + ": the totals do not reconcile: " + reply.total());
        }
        long written = 0;
        for (String node : reply.nodes().keySet()) {
            Push.Counts counts = push.countsAt(node);
            if (counts != null) {
                written += counts.written();
                if (!counts.reconciles()) {
                    found(Kind.MISCOUNTED, push + ": " + node + " does not reconcile: " + counts);
                }
            }
        }
        if (written != reply.total().written()) {
            found(Kind.MISCOUNTED, push + ": total written " + reply.total().written() + ", its nodes " + written);
        }
    }

    /** What a node says it wrote of one message, in all attempts, against its sockets. */
    private void written(String node, List<Push> sameBody) {
        if (sameBody.stream().noneMatch(push -> push.countsAt(node) != null)) {
            return;
        }
        long counted = 0;
        boolean complete = true;
        for (Push push : sameBody) {
            Push.Counts counts = push.countsAt(node);
            complete &= counts != null && counts.unknown() == 0;
            counted += counts == null ? 0 : counts.written() + counts.unknown();
        }
        String body = sameBody.get(0).body();
        long got = 0;
        long perhaps = 0;
        for (SocketLog socket : ledger.sockets()) {
            // One that was not welcomed may be at any node.
            if (!socket.node.equals(node) && !socket.node.isEmpty()) {
                continue;
            }
            if (received.getOrDefault(socket, Set.of()).contains(body)) {
                got++;
            } else if (sameBody.stream().anyMatch(push -> mayHaveLost(socket, push))) {
                perhaps++;
            }
        }
        if ((complete && counted < got) || counted > got + perhaps) {
            found(
                    Kind.MISCOUNTED,
                    sameBody.get(0) + ": " + node + " counts " + counted + " written, its sockets got " + got
                            + (perhaps == 0 ? "" : " and at most " + perhaps + " more"));
        }
    }

    /** Whether a node may have counted it as written to this socket although it never came. */
    private static boolean mayHaveLost(SocketLog socket, Push push) {
        Push.Reply reply = push.reply();
        return socket.countedUntil > push.begunAt()
                && !socket.answeredAfter(reply == null ? 0 : reply.at())
                && socket.mayHave(push, SocketLog.NEVER);
    }

    private @Nullable Push onlyAttempt(String body) {
        List<Push> pushes = attempts.getOrDefault(body, List.of());
        return pushes.size() == 1 ? pushes.get(0) : null;
    }

    private void found(Kind kind, String text) {
        violations.add(new Violation(kind, text));
    }

    /** A summary: the seed, how many of each kind, and the first of each. */
    @Override
    public String toString() {
        Map<Kind, Integer> numbers = new EnumMap<>(Kind.class);
        Map<Kind, Violation> first = new EnumMap<>(Kind.class);
        for (Violation violation : violations) {
            numbers.merge(violation.kind(), 1, Integer::sum);
            first.putIfAbsent(violation.kind(), violation);
        }
        StringBuilder text = new StringBuilder("ledger of seed " + ledger.seed() + ": " + frames + " frames of "
                + attempts.size() + " messages, violations " + numbers);
        first.values().forEach(violation -> text.append("\n  ").append(violation));
        return text.toString();
    }
}
