package io.pushmanager.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.ledger.Violation.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A client in room a that is told to go from n1 at 100, comes to n2 at 130 and leaves n1 at 160; pushes before, meanwhile, on
 * both and after. Times in thousands of microseconds.
 */
class MovedClientsTest {

    private final List<String> sockets = new ArrayList<>();
    private final List<String> publisher = new ArrayList<>();

    @BeforeEach
    void aCorrectMove() {
        sockets.add(line("opening", "c~0", "'user':'u','rooms':['a'],'t':1000"));
        sockets.add(line("welcome", "c~0", "'node':'n1','t':2000"));
        push("before", 50);
        frame("c~0", "before", 55);
        sockets.add(line("drain", "c~0", "'reconnect_after_ms':20,'t':100000"));
        push("meanwhile", 125);
        sockets.add(line("opening", "c~1", "'user':'u','rooms':['a'],'t':125000"));
        sockets.add(line("welcome", "c~1", "'node':'n2','t':130000"));
        frame("c~0", "meanwhile", 135);
        push("both", 140);
        frame("c~0", "both", 145);
        frame("c~1", "both", 145);
        sockets.add(line("closed", "c~0", "'code':1000,'t':160000"));
        push("after", 170);
        frame("c~1", "after", 175);
        sockets.add(line("flushed", "c~1", "'sent':300000,'t':301000"));
    }

    @Test
    void aMoveWithoutALossIsClean() {
        MovedClients moved = check();
        assertThat(moved.violations()).isEmpty();
        assertThat(moved.provenCount()).isEqualTo(4);
        assertThat(moved.moves()).isEqualTo(1);
        assertThat(moved.toldToGo()).isEqualTo(1);
        assertThat(moved.earliestByMillis()).isZero();
    }

    @Test
    void aPushThatNeitherConnectionBroughtIsMissing() {
        sockets.removeIf(line -> line.contains("meanwhile"));
        assertThat(kinds()).containsExactly(Kind.MISSING);
    }

    @Test
    void aPushThatNobodyTookIsNot() {
        sockets.removeIf(line -> line.contains("meanwhile"));
        publisher.replaceAll(line -> line.contains("'meanwhile'".replace('\'', '"')) && line.contains("reply")
                ? line.replace("\"code\":0", "\"code\":14")
                : line);
        assertThat(kinds()).isEmpty();
    }

    @Test
    void onePushUnderTwoIdsIsDoubled() {
        sockets.replaceAll(
                line -> line.contains("c~1") ? line.replace("\"message_id\":\"both\"", "\"message_id\":\"x\"") : line);
        assertThat(kinds()).containsExactly(Kind.DOUBLED);
    }

    @Test
    void aTimeWithoutAConnectionIsFound() {
        sockets.replaceAll(line -> line.contains("\"closed\"") ? line.replace("160000", "129000") : line);
        assertThat(kinds()).containsExactly(Kind.MISSING);
    }

    @Test
    void whoDidNotWaitIsFound() {
        sockets.replaceAll(line -> line.contains("\"drain\"") ? line.replace(":20,", ":40,") : line);
        assertThat(check().earliestByMillis()).isEqualTo(15);
    }

    @Test
    void thePaceIsTheMostOfAnySecondAndNode() {
        for (int i = 0; i < 5; i++) {
            String name = "d" + i;
            sockets.add(line("opening", name + "~0", "'user':'v','rooms':[],'t':1000"));
            sockets.add(line("welcome", name + "~0", "'node':'n3','t':2000"));
            sockets.add(line("drain", name + "~0", "'reconnect_after_ms':" + 400 * i + ",'t':10000"));
            int at = 10_000 + 400_000 * i;
            sockets.add(line("opening", name + "~1", "'user':'v','rooms':[],'t':" + at));
            sockets.add(line("welcome", name + "~1", "'node':'n2','t':" + (at + 1)));
        }
        assertThat(check().mostAskedInASecond()).isEqualTo(3);
        assertThat(check().mostOpenedInASecond()).isEqualTo(3);
    }

    private List<Kind> kinds() {
        return check().violations().stream().map(Violation::kind).toList();
    }

    private MovedClients check() {
        Ledger ledger = new Ledger(7);
        sockets.forEach(line -> ledger.add("sockets", line));
        publisher.forEach(line -> ledger.add("publisher", line));
        return MovedClients.of(ledger);
    }

    private void push(String body, int millis) {
        publisher.add(RecordedRun.json(
                "{'k':'call','push':'" + body + "','manager':'m1','target':{'room':'a'},'ack':'ACCEPTED','body':'"
                        + body + "','message_id':'" + body + "','t':" + millis * 1_000 + "}"));
        publisher.add(RecordedRun.json("{'k':'reply','push':'" + body
                + "','code':0,'reply':{'nodes_targeted':1,'nodes_accepted':1},'t':" + (millis + 2) * 1_000 + "}"));
    }

    private void frame(String socket, String body, int millis) {
        sockets.add(line(
                "push", socket, "'message_id':'" + body + "','body':'" + body + "','room':'a','t':" + millis * 1_000));
    }

    private static String line(String kind, String socket, String fields) {
        return RecordedRun.line(kind, socket, fields);
    }
}
