package io.pushmanager.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.ledger.Violation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * What clients wrote down of a correct run, to be spoiled.
 *
 * <p>The run: nodes n1 and n2; on each one socket of room a and one of room b; pushes p1, p2 to room a, p3 to user u-b1,
 * p4 to everyone, one after the other through manager m1, all DELIVERED.
 */
final class RecordedRun {

    final List<String> publisher = new ArrayList<>();
    final List<String> sockets = new ArrayList<>();

    RecordedRun() {
        for (String node : List.of("n1", "n2")) {
            for (String room : List.of("a", "b")) {
                String socket = room + "@" + node;
                String user = "u-" + room + node.substring(1);
                sockets.add(line("opening", socket, "'user':'" + user + "','rooms':['" + room + "'],'t':1"));
                sockets.add(line("welcome", socket, "'node':'" + node + "','user':'" + user + "','t':2"));
            }
        }
        push("p1", "{'room':'a'}", 10, 1, 1);
        push("p2", "{'room':'a'}", 20, 1, 1);
        push("p3", "{'user':'u-b1'}", 30, 1, 0);
        push("p4", "{}", 40, 2, 2);
        frames("p1", 12, "'room':'a'", "a@n1", "a@n2");
        frames("p2", 22, "'room':'a'", "a@n1", "a@n2");
        frames("p3", 32, "'user':'u-b1'", "b@n1");
        frames("p4", 42, "", "a@n1", "b@n1", "a@n2", "b@n2");
        for (String socket : List.of("a@n1", "b@n1", "a@n2", "b@n2")) {
            sockets.add(line("flushed", socket, "'sent':100,'t':101"));
        }
    }

    private void push(String id, String target, int at, int onFirst, int onSecond) {
        publisher.add(json("{'k':'call','push':'" + id + "','manager':'m1','target':" + target
                + ",'ack':'DELIVERED','body':'" + id + "','message_id':'" + id + "','t':" + at + "}"));
        publisher.add(json("{'k':'reply','push':'" + id + "','code':0,'reply':{'nodes_targeted':2,'nodes_accepted':2,"
                + "'nodes_failed':0,'nodes':[" + report("n1", onFirst) + "," + report("n2", onSecond)
                + "],'delivery':" + counts(onFirst + onSecond) + "},'t':" + (at + 5) + "}"));
    }

    private static String report(String node, int written) {
        return "{'node_id':'" + node + "','outcome':'OUTCOME_REPORTED','delivery':" + counts(written) + "}";
    }

    private static String counts(int written) {
        return "{'matched':" + written + ",'written':" + written + "}";
    }

    void retry(String body, String counts, int at) {
        publisher.add(json("{'k':'call','push':'again','manager':'m2','target':{'room':'a'},'ack':'DELIVERED','body':'"
                + body + "','message_id':'" + body + "','t':" + at + "}"));
        publisher.add(json("{'k':'reply','push':'again','code':0,'reply':{'nodes_targeted':1,'nodes_accepted':1,"
                + "'nodes':[{'node_id':'n1','outcome':'OUTCOME_REPORTED','delivery':{" + counts + "}}],'delivery':{"
                + counts + "}},'t':" + (at + 5) + "}"));
    }

    private void frames(String body, int at, String fields, String... on) {
        for (String socket : on) {
            sockets.add(line(
                    "push",
                    socket,
                    "'message_id':'" + body + "','body':'" + body + "'" + (fields.isEmpty() ? "" : "," + fields)
                            + ",'t':" + at));
        }
    }

    void ends(String socket, int at) {
        sockets.removeIf(line -> line.contains("flushed") && line.contains(socket));
        sockets.add(line("closed", socket, "'code':1006,'t':" + at));
    }

    void remove(String body, String socket) {
        sockets.remove(indexOf(body, socket));
    }

    int indexOf(String body, String socket) {
        return IntStream.range(0, sockets.size())
                .filter(i -> isFrame(sockets.get(i), body, socket))
                .findFirst()
                .orElseThrow();
    }

    static boolean isFrame(String line, String body, String socket) {
        return line.contains("\"k\":\"push\"")
                && line.contains("\"body\":\"" + body + "\"")
                && line.contains("\"" + socket + "\"");
    }

    static boolean isReply(String line, String push) {
        return line.contains("\"k\":\"reply\"") && line.contains("\"push\":\"" + push + "\"");
    }

    static void everywhere(List<String> lines, UnaryOperator<String> change) {
        List<String> before = List.copyOf(lines);
        lines.replaceAll(change);
        assertThat(lines).as("the change changes something").isNotEqualTo(before);
    }

    List<Kind> kinds() {
        return check().violations().stream().map(Violation::kind).toList();
    }

    LedgerCheck check() {
        return check(sockets);
    }

    LedgerCheck check(List<String> socketLines) {
        return LedgerCheck.of(ledger(socketLines));
    }

    Ledger ledger(List<String> socketLines) {
        Ledger ledger = new Ledger(7);
        socketLines.forEach(line -> ledger.add("sockets", line));
        publisher.forEach(line -> ledger.add("publisher", line));
        return ledger;
    }

    static String line(String kind, String socket, String fields) {
        return json("{'k':'" + kind + "','socket':'" + socket + "'," + fields + "}");
    }

    static String json(String text) {
        return text.replace('\'', '"');
    }
}
