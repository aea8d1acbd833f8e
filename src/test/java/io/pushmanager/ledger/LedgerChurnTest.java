package io.pushmanager.ledger;

import static io.pushmanager.ledger.RecordedRun.everywhere;
import static io.pushmanager.ledger.RecordedRun.isReply;
import static io.pushmanager.ledger.RecordedRun.line;
import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.ledger.Violation.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sockets that come and go: owed is what was pushed while they had been told that they were in, and proven by a later ping. */
class LedgerChurnTest {

    private final RecordedRun run = new RecordedRun();

    @Test
    void noticesAMissedRecipientThatEndedAfterALastPing() {
        endsWithAPing("a@n2", 28, 35);
        everywhere(run.publisher, line -> isReply(line, "p2") ? passedBySecondNode(line) : line);
        run.remove("p4", "a@n2");
        assertThat(run.kinds()).isEmpty();
        run.remove("p2", "a@n2");
        assertThat(run.kinds()).containsExactly(Kind.MISSING);
    }

    @Test
    void aPingBeforeTheReplyProvesNothing() {
        endsWithAPing("a@n2", 24, 35);
        everywhere(run.publisher, line -> isReply(line, "p2") ? passedBySecondNode(line) : line);
        run.remove("p4", "a@n2");
        run.remove("p2", "a@n2");
        assertThat(run.kinds()).isEmpty();
    }

    @Test
    void noticesAMissedRecipientWhereOnlyAnotherNodeFailed() {
        everywhere(
                run.publisher,
                line -> isReply(line, "p2")
                        ? passedBySecondNode(line)
                                .replaceFirst("OUTCOME_REPORTED\",\"delivery\":\\{[^}]*}", "OUTCOME_TIMED_OUT\"")
                                .replace(
                                        "\"nodes_accepted\":1,\"nodes_failed\":0",
                                        "\"nodes_accepted\":0,\"nodes_failed\":1")
                                .replace("\"delivery\":{\"matched\":1,\"written\":1}", "\"delivery\":{}")
                        : line);
        run.remove("p2", "a@n1");
        assertThat(run.kinds()).isEmpty();
        run.remove("p2", "a@n2");
        assertThat(run.kinds()).containsExactly(Kind.MISSING);
    }

    @Test
    void aManagerThatPromisesOlderJoinsOnlyOwesTheYoungerNothing() {
        Duration age = Duration.ofNanos(15_000); // the rooms were joined at 2; p1 is pushed at 10, p2 at 20
        everywhere(run.publisher, line -> isReply(line, "p1") || isReply(line, "p2") ? passedBySecondNode(line) : line);
        run.remove("p1", "a@n2");
        assertThat(run.kinds()).containsExactly(Kind.MISSING);
        assertThat(promising("m1", age)).isEmpty();
        assertThat(promising("m2", age)).containsExactly(Kind.MISSING);
        run.remove("p2", "a@n2");
        assertThat(promising("m1", age)).containsExactly(Kind.MISSING);
    }

    @Test
    void owesNothingThatWasPushedBeforeTheJoinWasAnswered() {
        run.sockets.add(run.indexOf("p3", "b@n1"), line("join-sent", "b@n1", "'room':'a','t':16"));
        run.sockets.add(run.indexOf("p3", "b@n1"), line("joined", "b@n1", "'room':'a','t':21"));
        assertThat(run.kinds()).isEmpty();
    }

    @Test
    void owesNothingThatWasAnsweredAfterTheLeave() {
        run.sockets.add(run.indexOf("p4", "a@n2"), line("leave-sent", "a@n2", "'room':'a','t':24"));
        run.sockets.add(run.indexOf("p4", "a@n2"), line("left", "a@n2", "'room':'a','t':26"));
        everywhere(run.publisher, line -> isReply(line, "p2") ? passedBySecondNode(line) : line);
        run.remove("p2", "a@n2");
        assertThat(run.kinds()).isEmpty();
    }

    @Test
    void letsANodeCountWhatItWroteToASocketThatWasCutOff() {
        run.ends("a@n2", 38); // before p4 began, but its node need not have noticed
        run.remove("p4", "a@n2");
        assertThat(run.kinds()).isEmpty();
    }

    @Test
    void noticesANodeThatCountsASocketAfterItsClose() {
        run.ends("a@n2", 38);
        everywhere(run.sockets, line -> line.replace("1006", "1000"));
        run.remove("p4", "a@n2");
        assertThat(run.kinds()).containsExactly(Kind.MISCOUNTED);
    }

    @Test
    void countsWhatItIsCertainOf() {
        assertThat(run.check().provenCount()).isEqualTo(9);
        run.ends("a@n2", 43);
        assertThat(run.check().provenCount()).isEqualTo(6);
    }

    private void endsWithAPing(String socket, int pinged, int ended) {
        run.ends(socket, ended);
        run.sockets.add(run.sockets.size() - 1, line("flushed", socket, "'sent':" + pinged + ",'t':" + (pinged + 1)));
    }

    private List<Kind> promising(String manager, Duration age) {
        return LedgerCheck.of(run.ledger(run.sockets).visibleAfter(manager, age)).violations().stream()
                .map(Violation::kind)
                .toList();
    }

    /** The node did not get it. */
    private static String passedBySecondNode(String line) {
        return line.replaceAll(",\\{\"node_id\":\"n2\"[^}]*}}", "")
                .replace("\"matched\":2,\"written\":2", "\"matched\":1,\"written\":1")
                .replace("\"nodes_targeted\":2,\"nodes_accepted\":2", "\"nodes_targeted\":1,\"nodes_accepted\":1");
    }
}
