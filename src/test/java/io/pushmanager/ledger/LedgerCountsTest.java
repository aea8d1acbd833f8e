package io.pushmanager.ledger;

import static io.pushmanager.ledger.RecordedRun.everywhere;
import static io.pushmanager.ledger.RecordedRun.isReply;
import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.ledger.Violation.Kind;
import org.junit.jupiter.api.Test;

/** Replies that count other than the clients do are noticed. */
class LedgerCountsTest {

    private final RecordedRun run = new RecordedRun();

    @Test
    void noticesANodeThatCountsOneTooMany() {
        everywhere(
                run.publisher,
                line -> isReply(line, "p1")
                        ? line.replaceFirst("\"matched\":1,\"written\":1", "\"matched\":2,\"written\":2")
                                .replace("\"matched\":2,\"written\":2},\"t\"", "\"matched\":3,\"written\":3},\"t\"")
                        : line);
        assertThat(run.kinds()).contains(Kind.MISCOUNTED);
    }

    @Test
    void noticesANodeThatCountsOneTooFew() {
        everywhere(
                run.publisher,
                line -> isReply(line, "p4")
                        ? line.replaceFirst("\"matched\":2,\"written\":2", "\"matched\":1,\"written\":1")
                                .replace("\"matched\":4,\"written\":4", "\"matched\":3,\"written\":3")
                        : line);
        assertThat(run.kinds()).containsExactly(Kind.MISCOUNTED);
    }

    @Test
    void noticesATotalThatIsNotTheSumOfItsNodes() {
        everywhere(run.publisher, line -> line.replace("\"matched\":4,\"written\":4", "\"matched\":5,\"written\":5"));
        assertThat(run.kinds()).containsExactly(Kind.MISCOUNTED);
    }

    @Test
    void noticesCountsThatDoNotReconcile() {
        everywhere(run.publisher, line -> line.replace("\"matched\":4,", "\"matched\":5,"));
        assertThat(run.kinds()).containsExactly(Kind.MISCOUNTED);
    }

    @Test
    void noticesTargetedOtherThanAcceptedAndFailed() {
        everywhere(
                run.publisher,
                line -> isReply(line, "p1") ? line.replace("\"nodes_targeted\":2", "\"nodes_targeted\":3") : line);
        assertThat(run.kinds()).containsExactly(Kind.MISCOUNTED);
    }

    @Test
    void countsARetriedMessageOnce() {
        run.retry("p1", "'matched':1,'duplicate':1", 60);
        assertThat(run.kinds()).isEmpty();
    }

    @Test
    void noticesARetryThatCountsAsWrittenAgain() {
        run.retry("p1", "'matched':1,'written':1", 60);
        assertThat(run.kinds()).containsOnly(Kind.MISCOUNTED);
    }
}
