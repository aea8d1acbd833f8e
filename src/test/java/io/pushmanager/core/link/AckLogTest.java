package io.pushmanager.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AckLogTest {

    private final AckLog<String> log = new AckLog<>(10, 100);

    @Test
    void numbersFromOne() {
        assertThat(log.nextNumber()).isEqualTo(1);
        log.keep("a", 1, 0);
        assertThat(log.nextNumber()).isEqualTo(2);
    }

    @Test
    void keepsWhatWasNotSeen() {
        log.keep("a", 1, 0);
        log.keep("b", 1, 0);
        log.keep("c", 1, 0);

        assertThat(log.seen("ack_seen", 1)).isNull();

        assertThat(kept(log)).containsExactly("b", "c");
    }

    @Test
    void keepsEverythingWhenAnOlderNumberComesLate() {
        log.keep("a", 1, 0);
        log.keep("b", 1, 0);
        log.seen("ack_seen", 1);

        assertThat(log.seen("ack_seen", 0)).isNull();

        assertThat(kept(log)).containsExactly("b");
    }

    @Test
    void refusesANumberThatWasNeverSent() {
        log.keep("a", 1, 0);

        assertThat(log.seen("probe.ack_seen", 2).message()).contains("probe.ack_seen: 2 (expected: at most 1");
        assertThat(log.seen("probe.ack_seen", -1)).isNotNull();
    }

    @Test
    void refusesAManagerThatLeavesTooManyResultsUnseen() {
        log.keep("a", 6, 0);
        assertThat(log.seen("batch.ack_seen", 0)).isNull();
        log.keep("b", 6, 0);

        assertThat(log.seen("batch.ack_seen", 0).message()).contains("12 results", "at most 10");
        assertThat(log.seen("batch.ack_seen", 1)).isNull();
    }

    @Test
    void keepsExactlyTheTailWhateverIsSeen() {
        for (long seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            AckLog<String> tried = new AckLog<>(Integer.MAX_VALUE, 0);
            long sent = 0;
            long seen = 0;
            for (int step = 0; step < 200; step++) {
                if (random.nextBoolean()) {
                    tried.keep(String.valueOf(tried.nextNumber()), 1, 0);
                    sent++;
                } else {
                    long number = random.nextInt((int) sent + 1);
                    tried.seen("ack_seen", number);
                    seen = Math.max(seen, number);
                }
                List<String> expected = new ArrayList<>();
                for (long number = seen + 1; number <= sent; number++) {
                    expected.add(String.valueOf(number));
                }
                assertThat(kept(tried)).as("seed " + seed).isEqualTo(expected);
            }
        }
    }

    @Test
    void boundsWhatCameLateByItself() {
        log.keep("a", 6, 60);
        assertThat(log.seen("batch.ack_seen", 0)).isNull();
        log.keep("b", 1, 60);

        assertThat(log.seen("batch.ack_seen", 0).message()).contains("127 results", "100 late");
        assertThat(log.seen("batch.ack_seen", 1)).isNull();
    }

    private static List<String> kept(AckLog<String> log) {
        List<String> kept = new ArrayList<>();
        log.forEach(kept::add);
        return kept;
    }
}
