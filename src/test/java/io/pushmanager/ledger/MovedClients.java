package io.pushmanager.ledger;

import io.pushmanager.ledger.Violation.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Clients that are one socket after another, named NAME~0, NAME~1, …: what each of them saw as one, by {@code message_id}.
 *
 * <p>{@link LedgerCheck} looks at sockets; a push that was on its way while a client went from one to the next is owed by
 * neither of them, and yet by both together. Exact for clients that were welcomed before the call and answered a ping after the
 * reply: such a client has every push of which some attempt was answered well.
 */
public final class MovedClients {

    private static final long MICROS_PER_SECOND = 1_000_000;

    private final Map<String, List<SocketLog>> clients = new LinkedHashMap<>();
    private final List<Violation> violations = new ArrayList<>();
    private long proven;
    private int moves;

    private MovedClients() {}

    public static MovedClients of(Ledger ledger) {
        MovedClients moved = new MovedClients();
        for (SocketLog socket : ledger.sockets()) {
            int mark = socket.name.indexOf('~');
            if (mark >= 0 && socket.welcomedAt != SocketLog.NEVER) {
                moved.clients
                        .computeIfAbsent(socket.name.substring(0, mark), unseen -> new ArrayList<>())
                        .add(socket);
            }
        }
        Map<String, List<Push>> attempts = new LinkedHashMap<>();
        ledger.pushes().forEach(push -> attempts.computeIfAbsent(push.body(), unseen -> new ArrayList<>())
                .add(push));
        moved.clients.forEach((name, sockets) -> moved.check(name, sockets, attempts));
        return moved;
    }

    private void check(String name, List<SocketLog> sockets, Map<String, List<Push>> attempts) {
        Map<String, String> idByBody = new HashMap<>();
        for (SocketLog socket : sockets) {
            for (SocketLog.Frame frame : socket.frames) {
                String id = String.valueOf(frame.messageId());
                String before = idByBody.putIfAbsent(frame.body(), id);
                if (before != null && !before.equals(id)) {
                    violations.add(new Violation(
                            Kind.DOUBLED, name + " got " + frame.body() + " as " + before + " and as " + id));
                }
            }
        }
        Set<String> got = idByBody.keySet();
        attempts.forEach((body, pushes) -> {
            if (pushes.stream().anyMatch(push -> isProven(sockets, push))) {
                proven++;
                if (!got.contains(body)) {
                    violations.add(new Violation(Kind.MISSING, name + " has not got " + pushes.get(0)));
                }
            }
        });
        for (int i = 1; i < sockets.size(); i++) {
            SocketLog left = sockets.get(i - 1);
            SocketLog next = sockets.get(i);
            moves++;
            if (left.closedAt < next.welcomedAt) {
                violations.add(new Violation(
                        Kind.MISSING,
                        name + " was nowhere for " + (next.welcomedAt - left.closedAt) / 1_000 + " ms after " + left));
            }
        }
    }

    private static boolean isProven(List<SocketLog> sockets, Push push) {
        SocketLog first = sockets.get(0);
        SocketLog last = sockets.get(sockets.size() - 1);
        return push.isOk()
                && push.reply() != null
                && first.isConcerned(push, 0)
                && last.answeredAfter(push.reply().at());
    }

    /** Pushes that a client missed or got as two messages, and times in which one had no connection. */
    public List<Violation> violations() {
        return violations;
    }

    /** Pairs of a push and a client of which it is certain that the one had to reach the other. */
    public long provenCount() {
        return proven;
    }

    /** How often clients went from one connection to another. */
    public int moves() {
        return moves;
    }

    /** How many sockets were told to go. */
    public int toldToGo() {
        return (int)
                all().filter(socket -> socket.toldToGoAt != SocketLog.NEVER).count();
    }

    /** The most clients of one node that were asked to come back elsewhere within any second. */
    public int mostAskedInASecond() {
        return mostOfAnyNode(true);
    }

    /** The most clients of one node that did open another connection within any second. */
    public int mostOpenedInASecond() {
        return mostOfAnyNode(false);
    }

    /** By how many milliseconds the most impatient client was early: 0 when all waited as they were told. */
    public long earliestByMillis() {
        long early = 0;
        for (List<SocketLog> sockets : clients.values()) {
            for (int i = 1; i < sockets.size(); i++) {
                SocketLog told = sockets.get(i - 1);
                if (told.toldToGoAt != SocketLog.NEVER) {
                    long waited = (sockets.get(i).openedAt - told.toldToGoAt) / 1_000;
                    early = Math.max(early, told.reconnectAfterMillis - waited);
                }
            }
        }
        return early;
    }

    private int mostOfAnyNode(boolean asked) {
        Map<String, List<Long>> times = new HashMap<>();
        for (List<SocketLog> sockets : clients.values()) {
            for (int i = 0; i < sockets.size(); i++) {
                SocketLog told = sockets.get(i);
                if (told.toldToGoAt == SocketLog.NEVER || i + 1 == sockets.size()) {
                    continue;
                }
                long at = asked ? told.toldToGoAt + told.reconnectAfterMillis * 1_000 : sockets.get(i + 1).openedAt;
                times.computeIfAbsent(told.node, unseen -> new ArrayList<>()).add(at);
            }
        }
        return times.values().stream()
                .mapToInt(MovedClients::mostInASecond)
                .max()
                .orElse(0);
    }

    private static int mostInASecond(List<Long> micros) {
        List<Long> sorted = micros.stream().sorted().toList();
        int most = 0;
        int first = 0;
        for (int last = 0; last < sorted.size(); last++) {
            while (sorted.get(last) - sorted.get(first) >= MICROS_PER_SECOND) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }

    private Stream<SocketLog> all() {
        return clients.values().stream().flatMap(List::stream);
    }

    @Override
    public String toString() {
        List<Violation> few = violations.subList(0, Math.min(3, violations.size()));
        return clients.size() + " clients that moved " + moves + " times, " + violations.size() + " violations " + few;
    }
}
