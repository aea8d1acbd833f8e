package io.pushmanager.core.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HandlingTest {

    @Test
    void withNothingToSayIsTheOneThatAllHave() {
        assertThat(Handling.of(Priority.NORMAL, Handling.NEVER, "")).isSameAs(Handling.NORMAL);
        assertThat(Handling.of(Priority.LOW, Handling.NEVER, "")).isNotSameAs(Handling.NORMAL);
    }

    @Test
    void expiresAtItsTimeAndNotBefore() {
        Handling handling = Handling.of(Priority.NORMAL, 100, "");

        assertThat(handling.hasExpired(99)).isFalse();
        assertThat(handling.hasExpired(100)).isTrue();
        assertThat(Handling.NORMAL.hasExpired(Long.MAX_VALUE)).isFalse();
    }

    @Test
    void aClockMayPassTheEndOfItsRange() {
        long now = Long.MAX_VALUE - 5;
        Handling handling = Handling.of(Priority.NORMAL, Handling.expiry(now, 10), "");

        assertThat(handling.hasExpired(now + 9)).isFalse();
        assertThat(handling.hasExpired(now + 10)).isTrue();
    }

    @Test
    void aTimeThatLooksLikeNeverIsNotTaken() {
        assertThat(Handling.expiry(-10, 10)).isNotEqualTo(Handling.NEVER);
    }
}
