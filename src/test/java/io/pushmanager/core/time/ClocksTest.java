package io.pushmanager.core.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ClocksTest {

    @Test
    void asksEachClockAnewAndForItsOwnTime() {
        AtomicLong monotonic = new AtomicLong(-5);
        AtomicLong wall = new AtomicLong(1_700_000_000_000L);
        Clocks clocks = new Clocks(monotonic::get, wall::get);

        assertThat(clocks.nanoTime()).isEqualTo(-5);
        assertThat(clocks.currentTimeMillis()).isEqualTo(1_700_000_000_000L);
        monotonic.set(6);
        wall.set(7);
        assertThat(clocks.nanoTime()).isEqualTo(6);
        assertThat(clocks.currentTimeMillis()).isEqualTo(7);
    }
}
