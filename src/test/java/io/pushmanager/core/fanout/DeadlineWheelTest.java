package io.pushmanager.core.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeadlineWheelTest {

    private static final long TICK = 10;

    @Test
    void handsOutEachWaiterOnceAndAtItsTick() {
        for (long seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            long now = random.nextLong() / 2;
            DeadlineWheel wheel = new DeadlineWheel(now, TICK, 8);
            long start = now;
            Map<Waiter, Long> deadlines = new IdentityHashMap<>();
            for (int step = 0; step < 300; step++) {
                if (random.nextInt(3) > 0) {
                    Waiter waiter = waiter();
                    long deadline = now + random.nextInt(400) - 20;
                    wheel.add(waiter, deadline);
                    deadlines.put(waiter, Math.max(deadline, start + (((now - start) / TICK) + 1) * TICK));
                } else if (!deadlines.isEmpty() && random.nextBoolean()) {
                    Waiter gone = deadlines.keySet().iterator().next();
                    deadlines.remove(gone);
                    wheel.remove(gone);
                    wheel.remove(gone);
                }
                if (random.nextInt(4) == 0) {
                    now += random.nextInt(20) == 0 ? 1_000 : random.nextInt(30);
                    List<Waiter> due = new ArrayList<>();
                    wheel.advance(now, due);
                    for (Waiter waiter : due) {
                        Long deadline = deadlines.remove(waiter);
                        assertThat(deadline).as("seed %d: known", seed).isNotNull();
                        assertThat(now - deadline)
                                .as("seed %d: not early", seed)
                                .isGreaterThan(-TICK);
                    }
                    long reached = now;
                    assertThat(deadlines.values())
                            .as("seed %d: none late", seed)
                            .allSatisfy(
                                    deadline -> assertThat(deadline - reached).isGreaterThan(0));
                }
                assertThat(wheel.isEmpty()).as("seed %d", seed).isEqualTo(deadlines.isEmpty());
            }
        }
    }

    private static Waiter waiter() {
        PushMessage message = PushMessage.of(
                "id", true, Api.HTTP, Target.everyone(), Content.text("x", 0), AckLevel.ACCEPTED, 0, null);
        return new Waiter(new OpenPush(message, new NodeSlot[0], null), answer -> {});
    }
}
