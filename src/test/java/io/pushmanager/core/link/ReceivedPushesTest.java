package io.pushmanager.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.link.ReceivedPushes.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReceivedPushesTest {

    private final ReceivedPushes pushes = new ReceivedPushes(10, 1_000);

    @Test
    void countsWhatArrivesAndWhatIsConsumed() {
        Batch batch = take(3, 30);

        assertThat(batch.firstId()).isEqualTo(1);
        assertThat(pushes.receivedThrough()).isEqualTo(3);
        assertThat(pushes.consumedThrough()).isZero();
        assertThat(pushes.pushesUnderWay()).isEqualTo(3);

        pushes.consumed(batch);

        assertThat(pushes.consumedThrough()).isEqualTo(3);
        assertThat(pushes.pushesUnderWay()).isZero();
    }

    @Test
    void movesInTheOrderOfTheBatchesWhicheverEndsFirst() {
        Batch first = take(2, 0);
        Batch second = take(3, 0);

        pushes.consumed(second);
        assertThat(pushes.consumedThrough()).isZero();

        pushes.consumed(first);
        assertThat(pushes.consumedThrough()).isEqualTo(5);
    }

    @Test
    void refusesIdsThatLeaveOneOutOrComeAgain() {
        take(2, 0);

        assertThat(pushes.refusal(4, 1, 0).message()).contains("batch.first_id: 4 (expected: 3)");
        assertThat(pushes.refusal(2, 1, 0).message()).contains("batch.first_id");
        assertThat(pushes.refusal(0, 1, 0).message()).contains("batch.first_id");
        assertThat(pushes.refusal(-1, 1, 0).message()).contains("18446744073709551615");
    }

    @Test
    void refusesWhatGoesBeyondTheWindow() {
        take(9, 900);

        assertThat(pushes.refusal(10, 2, 0).message()).contains("batch.pushes");
        assertThat(pushes.refusal(10, 1, 101).message()).contains("batch.pushes");
        assertThat(pushes.refusal(10, 1, 100)).isNull();
    }

    @Test
    void takesOnePushLargerThanTheWindowWhenItIsAlone() {
        assertThat(pushes.refusal(1, 2, 5_000)).isNotNull();
        assertThat(pushes.refusal(1, 1, 5_000)).isNull();
        take(1, 5_000);
        assertThat(pushes.refusal(2, 1, 0)).isNotNull();
    }

    @Test
    void refusesABatchWithoutPushes() {
        assertThat(pushes.refusal(1, 0, 0).message()).contains("batch.pushes");
    }

    @Test
    void neverHoldsMoreThanTheWindowWhateverComes() {
        for (long seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            ReceivedPushes tried = new ReceivedPushes(10, 1_000);
            List<Batch> open = new ArrayList<>();
            List<Long> sizes = new ArrayList<>();
            for (int step = 0; step < 300; step++) {
                if (random.nextInt(3) > 0) {
                    long first = random.nextInt(10) == 0 ? random.nextInt(50) : tried.receivedThrough() + 1;
                    int count = random.nextInt(8);
                    long bytes = random.nextInt(600);
                    if (tried.refusal(first, count, bytes) == null) {
                        assertThat(first).as("seed " + seed).isEqualTo(tried.receivedThrough() + 1);
                        open.add(tried.take(count, bytes));
                        sizes.add(bytes);
                    }
                } else if (!open.isEmpty()) {
                    int any = random.nextInt(open.size());
                    tried.consumed(open.remove(any));
                    sizes.remove(any);
                }
                assertThat(tried.pushesUnderWay()).as("seed " + seed).isBetween(0L, 10L);
                assertThat(sizes.stream().mapToLong(Long::longValue).sum())
                        .as("seed " + seed)
                        .isLessThanOrEqualTo(1_000);
            }
            open.forEach(tried::consumed);
            assertThat(tried.consumedThrough()).as("seed " + seed).isEqualTo(tried.receivedThrough());
        }
    }

    private Batch take(int count, long bytes) {
        return pushes.take(count, bytes);
    }
}
