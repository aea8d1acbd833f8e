package io.pushmanager.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.ledger.Violation.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The check must be able to fail: a ledger that tells of a correct run is green, and every way of spoiling it is noticed.
 *
 * <p>The run: nodes n1 and n2; on each one socket of room a and one of room b; pushes p1, p2 to room a, p3 to user u-b1,
 * p4 to everyone, one after the other through manager m1, all DELIVERED.
 */
class LedgerCheckTest {

    private final List<String> publisher = new ArrayList<>();
    private final List<String> sockets = new ArrayList<>();

    LedgerCheckTest() {
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

    @Test
    void isSilentAboutACorrectRun() {
        assertThat(check().violations()).isEmpty();
        assertThat(check().frameCount()).isEqualTo(9);
    }

    @Test
    void noticesADroppedFrame() {
        remove("p2", "a@n2");
        assertThat(kinds()).contains(Kind.MISSING);
    }

    @Test
    void noticesADroppedFrameOfAPushThatWasOnlyAccepted() {
        everywhere(publisher, line -> line.replace("\"ack\":\"DELIVERED\"", "\"ack\":\"ACCEPTED\"")
                .replace("REPORTED", "ACCEPTED")
                .replaceAll(",?\"delivery\":\\{[^}]*}", ""));
        assertThat(kinds()).isEmpty();
        remove("p2", "a@n2");
        assertThat(kinds()).containsExactly(Kind.MISSING);
    }

    @Test
    void noticesADoubledFrame() {
        sockets.add(sockets.get(indexOf("p1", "a@n1")));
        assertThat(kinds()).contains(Kind.DOUBLED);
    }

    @Test
    void noticesAFrameOnTheWrongSocket() {
        everywhere(sockets, line -> isFrame(line, "p1", "a@n1") ? line.replace("a@n1", "b@n1") : line);
        assertThat(kinds()).contains(Kind.MISROUTED, Kind.MISSING);
    }

    @Test
    void noticesAFrameForAnExcludedUser() {
        everywhere(publisher, line -> line.replace("\"push\":\"p1\"", "\"push\":\"p1\",\"exclude\":[\"u-a1\"]"));
        assertThat(kinds()).contains(Kind.MISROUTED);
    }

    @Test
    void noticesAFrameThatNobodyPushed() {
        sockets.add(line("push", "a@n1", "'n':9,'message_id':'x','body':'x','t':50"));
        assertThat(kinds()).containsExactly(Kind.MISROUTED);
    }

    @Test
    void noticesAFrameAfterItsRoomWasLeft() {
        sockets.add(indexOf("p2", "a@n1"), line("leave-sent", "a@n1", "'room':'a','t':14"));
        sockets.add(indexOf("p2", "a@n1"), line("left", "a@n1", "'room':'a','t':15"));
        assertThat(kinds()).containsExactly(Kind.MISROUTED);
    }

    @Test
    void expectsWhatWasPushedAfterAJoin() {
        sockets.add(indexOf("p3", "b@n1"), line("join-sent", "b@n1", "'room':'a','t':16"));
        sockets.add(indexOf("p3", "b@n1"), line("joined", "b@n1", "'room':'a','t':17"));
        assertThat(kinds()).contains(Kind.MISSING);
    }

    @Test
    void noticesAnotherMessageIdOnTheSameContent() {
        everywhere(sockets, line -> line.replace("\"message_id\":\"p3\"", "\"message_id\":\"p4\""));
        assertThat(kinds()).containsExactly(Kind.ALTERED);
    }

    @Test
    void noticesTheWrongRoomOnAFrame() {
        everywhere(
                sockets, line -> isFrame(line, "p1", "a@n1") ? line.replace("\"room\":\"a\"", "\"room\":\"b\"") : line);
        assertThat(kinds()).containsExactly(Kind.ALTERED);
    }

    @Test
    void noticesAnInversion() {
        Collections.swap(sockets, indexOf("p1", "a@n1"), indexOf("p2", "a@n1"));
        assertThat(kinds()).containsExactly(Kind.REORDERED);
    }

    @Test
    void allowsAnyOrderOfCallsThatOverlapped() {
        everywhere(publisher, line -> line.replace("\"t\":20", "\"t\":11"));
        Collections.swap(sockets, indexOf("p1", "a@n1"), indexOf("p2", "a@n1"));
        assertThat(kinds()).isEmpty();
    }

    @Test
    void noticesAnInversionWithinAStreamWhoseCallsOverlapped() {
        everywhere(publisher, line -> line.replace("\"t\":20", "\"t\":11")
                .replace("\"push\":\"p1\"", "\"push\":\"p1\",\"stream\":\"s\",\"n\":0")
                .replace("\"push\":\"p2\"", "\"push\":\"p2\",\"stream\":\"s\",\"n\":1"));
        assertThat(kinds()).isEmpty();
        Collections.swap(sockets, indexOf("p1", "a@n1"), indexOf("p2", "a@n1"));
        assertThat(kinds()).containsExactly(Kind.REORDERED);
    }

    @Test
    void noticesANodeThatCountsOneTooMany() {
        everywhere(
                publisher,
                line -> isReply(line, "p1")
                        ? line.replaceFirst("\"matched\":1,\"written\":1", "\"matched\":2,\"written\":2")
                                .replace("\"matched\":2,\"written\":2},\"t\"", "\"matched\":3,\"written\":3},\"t\"")
                        : line);
        assertThat(kinds()).contains(Kind.MISCOUNTED);
    }

    @Test
    void noticesANodeThatCountsOneTooFew() {
        everywhere(
                publisher,
                line -> isReply(line, "p4")
                        ? line.replaceFirst("\"matched\":2,\"written\":2", "\"matched\":1,\"written\":1")
                                .replace("\"matched\":4,\"written\":4", "\"matched\":3,\"written\":3")
                        : line);
        assertThat(kinds()).containsExactly(Kind.MISCOUNTED);
    }

    @Test
    void noticesATotalThatIsNotTheSumOfItsNodes() {
        everywhere(publisher, line -> line.replace("\"matched\":4,\"written\":4", "\"matched\":5,\"written\":5"));
        assertThat(kinds()).containsExactly(Kind.MISCOUNTED);
    }

    @Test
    void noticesCountsThatDoNotReconcile() {
        everywhere(publisher, line -> line.replace("\"matched\":4,", "\"matched\":5,"));
        assertThat(kinds()).containsExactly(Kind.MISCOUNTED);
    }

    @Test
    void noticesTargetedOtherThanAcceptedAndFailed() {
        everywhere(
                publisher,
                line -> isReply(line, "p1") ? line.replace("\"nodes_targeted\":2", "\"nodes_targeted\":3") : line);
        assertThat(kinds()).containsExactly(Kind.MISCOUNTED);
    }

    @Test
    void exceptsASocketThatEnded() {
        ends("a@n2", 43);
        remove("p4", "a@n2");
        assertThat(kinds()).isEmpty();
    }

    @Test
    void noticesAHoleBeforeWhatAnEndedSocketGot() {
        ends("a@n2", 43);
        remove("p4", "a@n2");
        remove("p1", "a@n2");
        assertThat(kinds()).containsExactly(Kind.MISSING);
    }

    @Test
    void admitsWhatTheReplySaysItsNodeRefused() {
        everywhere(
                publisher,
                line -> isReply(line, "p2")
                        ? line.replaceFirst(
                                        "\\{\"node_id\":\"n2\"[^}]*}}",
                                        "{\"node_id\":\"n2\",\"outcome\":\"OUTCOME_REJECTED_FULL\"}")
                                .replace(
                                        "\"nodes_accepted\":2,\"nodes_failed\":0",
                                        "\"nodes_accepted\":1,\"nodes_failed\":1")
                                .replace(
                                        "\"delivery\":{\"matched\":2,\"written\":2}",
                                        "\"delivery\":{\"matched\":1,\"written\":1}")
                        : line);
        assertThat(kinds()).isEmpty();
        remove("p2", "a@n2");
        assertThat(kinds()).isEmpty();
    }

    @Test
    void admitsWhatAGapFrameAdmits() {
        everywhere(publisher, line -> line.replaceAll(",?\"delivery\":\\{[^}]*}", "")
                .replace("DELIVERED", "ACCEPTED")
                .replace("REPORTED", "ACCEPTED"));
        sockets.set(indexOf("p2", "a@n2"), line("gap", "a@n2", "'dropped':1,'t':41"));
        assertThat(kinds()).isEmpty();
        remove("p1", "a@n2");
        assertThat(kinds()).containsOnly(Kind.MISSING);
    }

    @Test
    void countsARetriedMessageOnce() {
        retry("p1", "'matched':1,'duplicate':1", 60);
        assertThat(kinds()).isEmpty();
    }

    @Test
    void noticesARetryThatCountsAsWrittenAgain() {
        retry("p1", "'matched':1,'written':1", 60);
        assertThat(kinds()).containsOnly(Kind.MISCOUNTED);
    }

    @Test
    void noticesAnyFrameThatIsDroppedOrDoubledAnywhere() {
        long seed = 20_260_101;
        Random random = new Random(seed);
        List<Integer> frames = IntStream.range(0, sockets.size())
                .filter(i -> sockets.get(i).contains("\"k\":\"push\""))
                .boxed()
                .toList();
        for (int round = 0; round < 200; round++) {
            List<String> spoiled = new ArrayList<>(sockets);
            int index = frames.get(random.nextInt(frames.size()));
            boolean dropped = random.nextBoolean();
            if (dropped) {
                spoiled.remove(index);
            } else {
                spoiled.add(index + random.nextInt(spoiled.size() - index), spoiled.get(index));
            }
            assertThat(check(spoiled).violations())
                    .as("seed %d round %d, %s line %d", seed, round, dropped ? "dropped" : "doubled", index)
                    .extracting(Violation::kind)
                    .contains(dropped ? Kind.MISSING : Kind.DOUBLED);
        }
    }

    @Test
    void admitsThatANodeWhichTheTestPutOutOfTheMembershipWasNotTargeted() {
        everywhere(
                publisher,
                line -> isReply(line, "p2")
                        ? line.replaceAll(",\\{\"node_id\":\"n2\"[^}]*}}", "")
                                .replace("\"written\":2", "\"written\":1")
                                .replace("\"matched\":2", "\"matched\":1")
                                .replace("\"nodes_targeted\":2", "\"nodes_targeted\":1")
                                .replace("\"nodes_accepted\":2", "\"nodes_accepted\":1")
                        : line);
        remove("p2", "a@n2");
        assertThat(kinds()).containsExactly(Kind.MISSING);
        assertThat(LedgerCheck.of(ledger(sockets).absent("n2", 15, 25)).violations())
                .isEmpty();
        assertThat(LedgerCheck.of(ledger(sockets).absent("n2", 25, 35)).violations())
                .isNotEmpty();
    }

    @Test
    void anAbsentNodeThatTookThePushStillOwesIt() {
        remove("p2", "a@n2");
        assertThat(LedgerCheck.of(ledger(sockets).absent("n2", 15, 25)).violations())
                .isNotEmpty();
    }

    @Test
    void namesTheSeed() {
        assertThat(check()).hasToString("ledger of seed 7: 9 frames of 4 messages, violations {}");
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

    private void retry(String body, String counts, int at) {
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

    private void ends(String socket, int at) {
        sockets.removeIf(line -> line.contains("flushed") && line.contains(socket));
        sockets.add(line("closed", socket, "'code':1006,'t':" + at));
    }

    private void remove(String body, String socket) {
        sockets.remove(indexOf(body, socket));
    }

    private int indexOf(String body, String socket) {
        return IntStream.range(0, sockets.size())
                .filter(i -> isFrame(sockets.get(i), body, socket))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isFrame(String line, String body, String socket) {
        return line.contains("\"k\":\"push\"")
                && line.contains("\"body\":\"" + body + "\"")
                && line.contains("\"" + socket + "\"");
    }

    private static boolean isReply(String line, String push) {
        return line.contains("\"k\":\"reply\"") && line.contains("\"push\":\"" + push + "\"");
    }

    private static void everywhere(List<String> lines, UnaryOperator<String> change) {
        List<String> before = List.copyOf(lines);
        lines.replaceAll(change);
        assertThat(lines).as("the change changes something").isNotEqualTo(before);
    }

    private List<Kind> kinds() {
        return check().violations().stream().map(Violation::kind).toList();
    }

    private LedgerCheck check() {
        return check(sockets);
    }

    private LedgerCheck check(List<String> socketLines) {
        return LedgerCheck.of(ledger(socketLines));
    }

    private Ledger ledger(List<String> socketLines) {
        Ledger ledger = new Ledger(7);
        socketLines.forEach(line -> ledger.add("sockets", line));
        publisher.forEach(line -> ledger.add("publisher", line));
        return ledger;
    }

    private static String line(String kind, String socket, String fields) {
        return json("{'k':'" + kind + "','socket':'" + socket + "'," + fields + "}");
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }
}
