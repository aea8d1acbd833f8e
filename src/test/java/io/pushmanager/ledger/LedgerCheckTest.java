package io.pushmanager.ledger;

import static io.pushmanager.ledger.RecordedRun.everywhere;
import static io.pushmanager.ledger.RecordedRun.isFrame;
import static io.pushmanager.ledger.RecordedRun.line;
import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.ledger.Violation.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The check must be able to fail: a ledger that tells of a correct run is green, and every way of spoiling its frames is noticed. */
class LedgerCheckTest {

    private final RecordedRun run = new RecordedRun();

    @Test
    void isSilentAboutACorrectRun() {
        assertThat(run.check().violations()).isEmpty();
        assertThat(run.check().frameCount()).isEqualTo(9);
    }

    @Test
    void noticesADroppedFrame() {
        run.remove("p2", "a@n2");
        assertThat(run.kinds()).contains(Kind.MISSING);
    }

    @Test
    void noticesADroppedFrameOfAPushThatWasOnlyAccepted() {
        everywhere(run.publisher, line -> line.replace("\"ack\":\"DELIVERED\"", "\"ack\":\"ACCEPTED\"")
                .replace("REPORTED", "ACCEPTED")
                .replaceAll(",?\"delivery\":\\{[^}]*}", ""));
        assertThat(run.kinds()).isEmpty();
        run.remove("p2", "a@n2");
        assertThat(run.kinds()).containsExactly(Kind.MISSING);
    }

    @Test
    void noticesADoubledFrame() {
        run.sockets.add(run.sockets.get(run.indexOf("p1", "a@n1")));
        assertThat(run.kinds()).contains(Kind.DOUBLED);
    }

    @Test
    void noticesAFrameOnTheWrongSocket() {
        everywhere(run.sockets, line -> isFrame(line, "p1", "a@n1") ? line.replace("a@n1", "b@n1") : line);
        assertThat(run.kinds()).contains(Kind.MISROUTED, Kind.MISSING);
    }

    @Test
    void noticesAFrameForAnExcludedUser() {
        everywhere(run.publisher, line -> line.replace("\"push\":\"p1\"", "\"push\":\"p1\",\"exclude\":[\"u-a1\"]"));
        assertThat(run.kinds()).contains(Kind.MISROUTED);
    }

    @Test
    void noticesAFrameThatNobodyPushed() {
        run.sockets.add(line("push", "a@n1", "'n':9,'message_id':'x','body':'x','t':50"));
        assertThat(run.kinds()).containsExactly(Kind.MISROUTED);
    }

    @Test
    void noticesAFrameAfterItsRoomWasLeft() {
        run.sockets.add(run.indexOf("p2", "a@n1"), line("leave-sent", "a@n1", "'room':'a','t':14"));
        run.sockets.add(run.indexOf("p2", "a@n1"), line("left", "a@n1", "'room':'a','t':15"));
        assertThat(run.kinds()).containsExactly(Kind.MISROUTED);
    }

    @Test
    void expectsWhatWasPushedAfterAJoin() {
        run.sockets.add(run.indexOf("p3", "b@n1"), line("join-sent", "b@n1", "'room':'a','t':16"));
        run.sockets.add(run.indexOf("p3", "b@n1"), line("joined", "b@n1", "'room':'a','t':17"));
        assertThat(run.kinds()).contains(Kind.MISSING);
    }

    @Test
    void noticesAnotherMessageIdOnTheSameContent() {
        everywhere(run.sockets, line -> line.replace("\"message_id\":\"p3\"", "\"message_id\":\"p4\""));
        assertThat(run.kinds()).containsExactly(Kind.ALTERED);
    }

    @Test
    void noticesTheWrongRoomOnAFrame() {
        everywhere(
                run.sockets,
                line -> isFrame(line, "p1", "a@n1") ? line.replace("\"room\":\"a\"", "\"room\":\"b\"") : line);
        assertThat(run.kinds()).containsExactly(Kind.ALTERED);
    }

    @Test
    void noticesAnInversion() {
        Collections.swap(run.sockets, run.indexOf("p1", "a@n1"), run.indexOf("p2", "a@n1"));
        assertThat(run.kinds()).containsExactly(Kind.REORDERED);
    }

    @Test
    void noticesAnInversionWithinAStreamWhoseCallsOverlapped() {
        everywhere(run.publisher, line -> line.replace("\"t\":20", "\"t\":11")
                .replace("\"push\":\"p1\"", "\"push\":\"p1\",\"stream\":\"s\",\"n\":0")
                .replace("\"push\":\"p2\"", "\"push\":\"p2\",\"stream\":\"s\",\"n\":1"));
        assertThat(run.kinds()).isEmpty();
        Collections.swap(run.sockets, run.indexOf("p1", "a@n1"), run.indexOf("p2", "a@n1"));
        assertThat(run.kinds()).containsExactly(Kind.REORDERED);
    }

    @Test
    void noticesAnyFrameThatIsDroppedOrDoubledAnywhere() {
        long seed = 20_260_101;
        Random random = new Random(seed);
        List<Integer> frames = IntStream.range(0, run.sockets.size())
                .filter(i -> run.sockets.get(i).contains("\"k\":\"push\""))
                .boxed()
                .toList();
        for (int round = 0; round < 200; round++) {
            List<String> spoiled = new ArrayList<>(run.sockets);
            int index = frames.get(random.nextInt(frames.size()));
            boolean dropped = random.nextBoolean();
            if (dropped) {
                spoiled.remove(index);
            } else {
                spoiled.add(index + random.nextInt(spoiled.size() - index), spoiled.get(index));
            }
            assertThat(run.check(spoiled).violations())
                    .as("seed %d round %d, %s line %d", seed, round, dropped ? "dropped" : "doubled", index)
                    .extracting(Violation::kind)
                    .contains(dropped ? Kind.MISSING : Kind.DOUBLED);
        }
    }

    @Test
    void namesTheSeed() {
        assertThat(run.check()).hasToString("ledger of seed 7: 9 frames of 4 messages, violations {}");
    }
}
