package io.pushmanager.core.inflight;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InFlightTest {

    private final InFlight<String> calls = new InFlight<>(3);

    @Test
    void takesNoMoreThanItsCapacity() {
        calls.add("a", 1);
        calls.add("b", 1);
        calls.add("c", 1);

        assertThat(calls.add("d", 1)).isEqualTo(-1);
        assertThat(calls.size()).isEqualTo(3);
    }

    @Test
    void aCallThatHasEndedDoesNotFreeTheSlotOfAnother() {
        int slot = calls.add("a", 1);
        assertThat(calls.remove(slot, "a")).isTrue();
        assertThat(calls.add("b", 1)).isEqualTo(slot);

        assertThat(calls.remove(slot, "a")).isFalse();
        assertThat(calls.size()).isEqualTo(1);
    }

    @Test
    void expiresExactlyThoseWhoseDeadlineHasCome() {
        calls.add("late", 30);
        calls.add("due", 20);
        calls.add("over", 10);

        List<String> expired = new ArrayList<>();
        calls.expire(20, expired::add);

        assertThat(expired).containsExactlyInAnyOrder("due", "over");
        assertThat(calls.size()).isEqualTo(1);
        assertThat(calls.earliestDeadlineNanos()).isEqualTo(30);
    }

    @Test
    void tellsTheEarliestDeadlineAcrossTheOverflowOfTheClock() {
        calls.add("after the overflow", Long.MIN_VALUE + 5);
        calls.add("before it", Long.MAX_VALUE - 5);

        assertThat(calls.earliestDeadlineNanos()).isEqualTo(Long.MAX_VALUE - 5);
    }

    @Test
    void hasNoDeadlineWhileNothingIsUnderWay() {
        assertThat(calls.earliestDeadlineNanos()).isEqualTo(InFlight.NONE);
    }

    @Test
    void removesAllOnce() {
        calls.add("a", 1);
        calls.add("b", 2);

        List<String> removed = new ArrayList<>();
        calls.removeAll(removed::add);
        calls.removeAll(removed::add);

        assertThat(removed).containsExactly("a", "b");
        assertThat(calls.size()).isZero();
    }

    @Test
    void eachCallHasASlotOfItsOwn() {
        int first = calls.add("a", 1);
        int second = calls.add("b", 1);

        assertThat(calls.remove(first, "b")).isFalse();
        assertThat(calls.remove(second, "b")).isTrue();
        assertThat(calls.remove(first, "a")).isTrue();
        assertThat(calls.size()).isZero();
    }

    @Test
    void tellsTheEarliestDeadlineInWhateverOrderTheyCome() {
        calls.add("middle", 20);
        calls.add("early", 10);
        calls.add("late", 30);

        assertThat(calls.earliestDeadlineNanos()).isEqualTo(10);
    }
}
