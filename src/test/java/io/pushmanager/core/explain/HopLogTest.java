package io.pushmanager.core.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.mailbox.PushRef;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HopLogTest {

    private static final NodeReport GOOD = NodeReport.reported("n", new DeliveryCounts(1, 1, 0, 0, 0, 0, 0));

    private record Ref(long pushId, String messageId, long offeredNanos, long sentNanos) implements PushRef {
        @Override
        public Api api() {
            return Api.HTTP;
        }

        @Override
        public boolean wantsReport() {
            return false;
        }
    }

    @Test
    void aFailedOneIsFoundByItsMessageIdWhenItsNumberIsForgotten() {
        HopLog log = new HopLog(10, 100);
        NodeReport failed = NodeReport.unreported("n", Outcome.FAILED, "given up: the node died");
        log.ended("c1", new Ref(7, "lost", 5, HopLog.NOT_SENT), failed, 50);
        for (int i = 0; i < 1_000; i++) {
            log.ended("c1", new Ref(100 + i, "fine", 60, 70), GOOD, 80);
        }

        assertThat(log.find("lost", List.of()))
                .containsExactly(new HopRow(7, "lost", "c1", 5, false, HopLog.NOT_SENT, 50, failed));
    }

    @Test
    void aSlowOneIsKeptLonger() {
        HopLog log = new HopLog(4, 100);
        log.ended("c1", new Ref(1, "slow", 0, 10), GOOD, 101);
        for (int i = 0; i < 10; i++) {
            log.ended("c1", new Ref(2 + i, "fine", 200, 210), GOOD, 220);
        }

        assertThat(log.find("slow", List.of())).hasSize(1);
        assertThat(log.slow()).isEqualTo(1);
        assertThat(log.failed()).isZero();
    }

    @Test
    void aReplacedOneTakesNoPlaceOfAFailedOneAndADoubtfulOneIsKeptWithTheSlow() {
        HopLog log = new HopLog(4, 100);
        NodeReport dropped = NodeReport.reported("n", new DeliveryCounts(2, 1, 1, 0, 0, 0, 0));
        NodeReport waits = NodeReport.reported("n", new DeliveryCounts(2, 1, 0, 0, 0, 0, 1));
        log.ended("c1", new Ref(1, "dropped", 0, 10), dropped, 20);
        log.ended("c1", new Ref(2, "waits", 0, 10), waits, 20);
        for (int i = 0; i < 10; i++) {
            NodeReport replaced = NodeReport.unreported("n", Outcome.CONFLATED, "replaced");
            log.ended("c1", new Ref(3 + i, "replaced", 0, HopLog.NOT_SENT), replaced, 20);
        }

        assertThat(log.find("dropped", List.of())).hasSize(1);
        assertThat(log.find("waits", List.of())).hasSize(1);
        assertThat(log.failed()).isEqualTo(1);
        assertThat(log.slow()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theLastOnesAreFoundByTheirNumbers(long seed) {
        Random random = new Random(seed);
        int rows = 1 + random.nextInt(50);
        HopLog log = new HopLog(rows, 1_000_000);
        Deque<HopRow> last = new ArrayDeque<>();
        for (int now = 1; now < 3_000; now++) {
            long id = random.nextInt(200);
            String client = "c" + random.nextInt(5);
            log.ended(client, new Ref(id, "m" + id, now - 3, now - 2), GOOD, now);
            last.addFirst(new HopRow(id, "", client, now - 3, true, now - 2, now, GOOD));
            if (last.size() > rows) {
                last.removeLast();
            }
            long wanted = random.nextInt(200);
            assertThat(log.find("m" + wanted, List.of(wanted)))
                    .as("seed " + seed)
                    .containsExactlyElementsOf(
                            last.stream().filter(row -> row.pushId() == wanted).toList());
        }
    }
}
