package io.pushmanager.ledger;

import static io.pushmanager.ledger.RecordedRun.everywhere;
import static io.pushmanager.ledger.RecordedRun.isReply;
import static io.pushmanager.ledger.RecordedRun.line;
import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.ledger.Violation.Kind;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** What the check lets pass, and that it lets nothing else pass with it. */
class LedgerExceptionsTest {

    private final RecordedRun run = new RecordedRun();

    @Test
    void allowsAnyOrderOfCallsThatOverlapped() {
        everywhere(run.publisher, line -> line.replace("\"t\":20", "\"t\":11"));
        Collections.swap(run.sockets, run.indexOf("p1", "a@n1"), run.indexOf("p2", "a@n1"));
        assertThat(run.kinds()).isEmpty();
    }

    @Test
    void exceptsASocketThatEnded() {
        run.ends("a@n2", 43);
        run.remove("p4", "a@n2");
        assertThat(run.kinds()).isEmpty();
    }

    @Test
    void noticesAHoleBeforeWhatAnEndedSocketGot() {
        run.ends("a@n2", 43);
        run.remove("p4", "a@n2");
        run.remove("p1", "a@n2");
        assertThat(run.kinds()).containsExactly(Kind.MISSING);
    }

    @Test
    void admitsWhatTheReplySaysItsNodeRefused() {
        everywhere(
                run.publisher,
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
        assertThat(run.kinds()).isEmpty();
        run.remove("p2", "a@n2");
        assertThat(run.kinds()).isEmpty();
    }

    @Test
    void admitsWhatAGapFrameAdmits() {
        everywhere(run.publisher, line -> line.replaceAll(",?\"delivery\":\\{[^}]*}", "")
                .replace("DELIVERED", "ACCEPTED")
                .replace("REPORTED", "ACCEPTED"));
        run.sockets.set(run.indexOf("p2", "a@n2"), line("gap", "a@n2", "'dropped':1,'t':41"));
        assertThat(run.kinds()).isEmpty();
        run.remove("p1", "a@n2");
        assertThat(run.kinds()).containsOnly(Kind.MISSING);
    }

    @Test
    void admitsThatANodeWhichTheTestPutOutOfTheMembershipWasNotTargeted() {
        everywhere(
                run.publisher,
                line -> isReply(line, "p2")
                        ? line.replaceAll(",\\{\"node_id\":\"n2\"[^}]*}}", "")
                                .replace("\"written\":2", "\"written\":1")
                                .replace("\"matched\":2", "\"matched\":1")
                                .replace("\"nodes_targeted\":2", "\"nodes_targeted\":1")
                                .replace("\"nodes_accepted\":2", "\"nodes_accepted\":1")
                        : line);
        run.remove("p2", "a@n2");
        assertThat(run.kinds()).containsExactly(Kind.MISSING);
        assertThat(LedgerCheck.of(run.ledger(run.sockets).absent("n2", 15, 25)).violations())
                .isEmpty();
        assertThat(LedgerCheck.of(run.ledger(run.sockets).absent("n2", 25, 35)).violations())
                .isNotEmpty();
    }

    @Test
    void anAbsentNodeThatTookThePushStillOwesIt() {
        run.remove("p2", "a@n2");
        assertThat(LedgerCheck.of(run.ledger(run.sockets).absent("n2", 15, 25)).violations())
                .isNotEmpty();
    }
}
