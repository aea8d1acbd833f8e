package io.pushmanager.core.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeClockTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whenTheNodeHadItIsNeverFurtherOffThanItSays(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            long offset = random.nextLong(); // the node's clock started some other time
            long sent = random.nextLong();
            long received = sent + random.nextInt(1_000);
            long busy = random.nextInt(1_000);
            long acked = received + busy + random.nextInt(1_000);
            long asked = acked + random.nextInt(100_000);
            long spoke = asked + random.nextInt(5_000);
            long answered = spoke + random.nextInt(5_000);
            long age = (spoke + offset) - (received + offset);

            NodeClock clock = NodeClock.between(asked, answered, age);
            long loose = clock.errorNanos();
            assertThat(Math.abs(received - clock.receivedNanos())).isLessThanOrEqualTo(loose + 1);
            clock = clock.notBefore(sent).notAfter(acked, busy);
            assertThat(Math.abs(received - clock.receivedNanos()))
                    .as("seed %d, round %d", seed, round)
                    .isLessThanOrEqualTo(clock.errorNanos() + 2); // halves are cut
            assertThat(clock.errorNanos()).isLessThanOrEqualTo(loose);
            assertThat(clock.distance(sent, acked)).isLessThanOrEqualTo(2);
        }
    }
}
