package io.pushmanager.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Everything that clients and publishers wrote down in one run.
 *
 * <p>Reads what {@code src/test/clients} write: one JSON object a line, {@code k} says what it is. <b>Order:</b> within one
 * file, as it happened; files may be added in any order.
 */
public final class Ledger {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final long seed;
    private final Map<String, SocketLog> sockets = new LinkedHashMap<>();
    private final Map<String, Push> pushes = new LinkedHashMap<>();
    private final List<String> strays = new ArrayList<>();
    private final List<Absence> absences = new ArrayList<>();
    private final Map<String, Long> visibility = new HashMap<>();

    private record Absence(String node, long from, long until) {}

    /** With the seed that repeats the run, which the findings name. */
    public Ledger(long seed) {
        this.seed = seed;
    }

    public Ledger addAll(Path file) {
        // Names of calls count up from one in each publisher.
        String source = file.getFileName().toString();
        try (var lines = Files.lines(file)) {
            lines.forEach(line -> add(source, line));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** One line of the file of this name. */
    public void add(String source, String line) {
        try {
            JsonNode entry = JSON.readTree(line);
            switch (entry.path("k").asText()) {
                case "call" -> called(source, entry);
                case "reply" -> replied(source, entry);
                default -> seen(entry);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("not a ledger line in " + source + ": " + line, e);
        }
    }

    /** A call that the test itself made, with its reply if it got one. */
    public Ledger add(Push push) {
        pushes.put(push.id(), push);
        return this;
    }

    /**
     * The test itself made this node unreachable for longer than its lease: pushes begun in this time that do not name it owe
     * its sockets nothing, for it was no member.
     */
    public Ledger absent(String node, long fromMicros, long untilMicros) {
        absences.add(new Absence(node, fromMicros, untilMicros));
        return this;
    }

    /** This manager promises no more than joins that are older than so when a call begins. */
    public Ledger visibleAfter(String manager, Duration age) {
        visibility.put(manager, TimeUnit.NANOSECONDS.toMicros(age.toNanos()));
        return this;
    }

    /** Microseconds; 0 where every join that was answered counts. */
    long visibleAfter(Push push) {
        return visibility.getOrDefault(push.manager(), 0L);
    }

    boolean mayLack(String node, Push push) {
        return absences.stream()
                        .anyMatch(absence -> absence.node.equals(node)
                                && absence.from <= push.begunAt()
                                && push.begunAt() <= absence.until)
                && push.reply() != null
                && !push.reply().nodes().containsKey(node);
    }

    public long seed() {
        return seed;
    }

    public Iterable<SocketLog> sockets() {
        return sockets.values();
    }

    public Iterable<Push> pushes() {
        return pushes.values();
    }

    /** Frames of a kind that a client does not know. */
    List<String> strays() {
        return strays;
    }

    private void called(String source, JsonNode entry) {
        JsonNode target = entry.path("target");
        Set<String> excluded = new HashSet<>();
        entry.path("exclude").forEach(user -> excluded.add(user.asText()));
        Push push = new Push(
                source + ":" + entry.path("push").asText(),
                entry.path("manager").asText(),
                new PushTarget(text(target, "room"), text(target, "user")),
                entry.path("ack").asText().equals("DELIVERED"),
                text(entry, "stream"),
                entry.path("n").asInt(),
                entry.path("body").asText(),
                text(entry, "message_id"),
                excluded,
                entry.path("t").asLong(),
                null);
        pushes.put(push.id(), push);
    }

    private void replied(String source, JsonNode entry) {
        String id = source + ":" + entry.path("push").asText();
        Push push = pushes.get(id);
        if (push == null || push.reply() != null) {
            strays.add("a reply to no open call: " + entry);
            return;
        }
        JsonNode reply = entry.path("reply");
        Map<String, Push.Report> nodes = new LinkedHashMap<>();
        for (JsonNode node : reply.path("nodes")) {
            nodes.put(
                    node.path("node_id").asText(),
                    new Push.Report(node.path("outcome").asText(), counts(node.path("delivery"))));
        }
        pushes.put(
                id,
                push.answered(
                        push.manager(),
                        new Push.Reply(
                                entry.path("t").asLong(),
                                entry.path("code").asInt(),
                                reply.path("nodes_targeted").asInt(),
                                reply.path("nodes_accepted").asInt(),
                                reply.path("nodes_failed").asInt(),
                                counts(reply.path("delivery")),
                                nodes)));
    }

    private void seen(JsonNode entry) {
        String name = entry.path("socket").asText();
        long at = entry.path("t").asLong();
        String room = entry.path("room").asText();
        if (entry.path("k").asText().equals("opening")) {
            List<String> rooms = new ArrayList<>();
            entry.path("rooms").forEach(each -> rooms.add(each.asText()));
            sockets.put(name, new SocketLog(name, entry.path("user").asText(), rooms, at));
            return;
        }
        SocketLog socket = sockets.get(name);
        if (socket == null) {
            throw new IllegalArgumentException("of a socket that nobody opened: " + entry);
        }
        switch (entry.path("k").asText()) {
            case "welcome" -> socket.welcomed(entry.path("node").asText(), at);
            case "push" ->
                socket.frames.add(new SocketLog.Frame(
                        entry.path("body").asText(),
                        text(entry, "message_id"),
                        text(entry, "room"),
                        text(entry, "user"),
                        at));
            case "join-sent" -> socket.joinSent(room, at);
            case "joined" -> socket.joined(room, at);
            case "leave-sent" -> socket.leaveSent(room, at);
            case "left" -> socket.left(room, at);
            case "gap" -> socket.admittedGaps += entry.path("dropped").asLong();
            case "flushed" -> socket.flushedAt = entry.path("sent").asLong();
            case "closed" -> socket.closed(entry.path("code").asInt(), at);
            case "drain" -> socket.toldToGo(entry.path("reconnect_after_ms").asLong(), at);
            default -> strays.add(entry.toString());
        }
    }

    private static Push.@Nullable Counts counts(JsonNode delivery) {
        return delivery.isObject()
                ? new Push.Counts(
                        delivery.path("matched").asLong(),
                        delivery.path("written").asLong(),
                        delivery.path("dropped_slow").asLong(),
                        delivery.path("expired").asLong(),
                        delivery.path("duplicate").asLong(),
                        delivery.path("conflated").asLong(),
                        delivery.path("unknown").asLong())
                : null;
    }

    private static @Nullable String text(JsonNode object, String field) {
        return object.hasNonNull(field) ? object.get(field).asText() : null;
    }
}
