package io.pushmanager.core.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Handling;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PriorityLinesTest {

    private static final int LARGEST = 20_000;

    private final PriorityLines<Waiting> lines = new PriorityLines<>();
    private long number;

    @Test
    void whatIsHigherGoesFirstAndEqualsInTheirOrder() {
        add(Priority.LOW, 10);
        add(Priority.NORMAL, 10);
        add(Priority.NORMAL, 10);
        add(Priority.HIGH, 10);
        add(Priority.HIGH, 10);

        assertThat(takeAll()).containsExactly(3L, 4L, 1L, 2L, 0L);
    }

    @Test
    void oneThatLeavesInTheMiddleIsPassedOver() {
        add(Priority.NORMAL, 10);
        Waiting middle = add(Priority.NORMAL, 10);
        add(Priority.NORMAL, 10);

        lines.remove(middle);

        assertThat(lines.size()).isEqualTo(2);
        assertThat(takeAll()).containsExactly(0L, 2L);
        assertThat(lines.bytes()).isZero();
    }

    /** Both higher lines are never empty; sizes differ as much as they may. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void underAnyFloodEachHasItsShareOfTheBytes(long seed) {
        Random random = new Random(seed);
        long sinceLow = 0;
        long sinceNormal = 0;
        long lowBytes = 0;
        long allBytes = 0;
        for (int i = 0; i < 50_000; i++) {
            for (Priority priority : Priority.values()) {
                while (lines.of(priority).size() < 3) {
                    add(priority, random.nextInt(10) == 0 ? random.nextInt(LARGEST - 300) : 10);
                }
            }
            long low = size(Priority.LOW);
            long normal = size(Priority.NORMAL);
            Waiting turn = Objects.requireNonNull(lines.peek());
            int bytes = turn.message().sizeBytes();
            lines.take(turn, turn.message());
            allBytes += bytes;
            if (turn.message().priority() == Priority.LOW) {
                sinceLow = 0;
                lowBytes += bytes;
            } else {
                sinceLow += bytes;
                assertThat(sinceLow).as("seed " + seed).isLessThan(PriorityLines.LOW_SHARE * low + LARGEST);
            }
            if (turn.message().priority() == Priority.HIGH) {
                sinceNormal += bytes;
                assertThat(sinceNormal).as("seed " + seed).isLessThan(PriorityLines.NORMAL_SHARE * normal + LARGEST);
            } else if (turn.message().priority() == Priority.NORMAL) {
                sinceNormal = 0;
            }
        }
        assertThat((double) lowBytes / allBytes).as("seed " + seed).isBetween(0.04, 0.07);
    }

    @Test
    void nobodyHasATurnToMakeUpForWhoDidNotWait() {
        for (int i = 0; i < 100; i++) {
            Waiting high = add(Priority.HIGH, 1_000);
            lines.take(high, high.message());
        }
        add(Priority.LOW, 10);
        add(Priority.HIGH, 10);

        assertThat(lines.isTurnOfLow()).isFalse();
        assertThat(takeAll()).containsExactly(101L, 100L);
    }

    private long size(Priority priority) {
        return Objects.requireNonNull(lines.of(priority).first).message().sizeBytes();
    }

    private Waiting add(Priority priority, int bytes) {
        PushMessage message = PushMessage.of(
                        "m",
                        false,
                        Api.HTTP,
                        Target.everyone(),
                        Content.text("x".repeat(bytes), 1),
                        AckLevel.ACCEPTED,
                        Long.MAX_VALUE,
                        null)
                .withHandling(Handling.of(priority, Handling.NEVER, ""));
        Waiting waiting = new Waiting(new MailboxEntry(number, message), 0, number++);
        lines.add(waiting, waiting.message());
        return waiting;
    }

    private List<Long> takeAll() {
        List<Long> taken = new ArrayList<>();
        for (Waiting turn = lines.peek(); turn != null; turn = lines.peek()) {
            lines.take(turn, turn.message());
            taken.add(turn.pushId());
        }
        return taken;
    }
}
