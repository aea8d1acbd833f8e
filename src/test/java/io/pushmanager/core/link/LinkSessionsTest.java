package io.pushmanager.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LinkSessionsTest {

    private final LinkSessions<String> sessions = new LinkSessions<>(2, 60);

    @Test
    void findsASessionForItsOwnerOnly() {
        sessions.add("s", "manager", "session");

        assertThat(sessions.attach("s", "manager")).isEqualTo("session");
        assertThat(sessions.attach("s", "other")).isNull();
        assertThat(sessions.attach("", "manager")).isNull();
    }

    @Test
    void forgetsASessionThatWasWithoutAStreamForLong() {
        sessions.add("s", "manager", "session");
        sessions.sweep(1_000);
        sessions.detach("s", 1_000);

        sessions.sweep(1_059);
        assertThat(sessions.size()).isEqualTo(1);
        sessions.sweep(1_060);
        assertThat(sessions.size()).isZero();
    }

    @Test
    void keepsASessionThatHasAStreamAgain() {
        sessions.add("s", "manager", "session");
        sessions.detach("s", 0);
        sessions.attach("s", "manager");

        sessions.sweep(1_000);

        assertThat(sessions.all()).containsExactly("session");
    }

    @Test
    void makesRoomByForgettingWhatHasBeenWithoutAStreamLongest() {
        sessions.add("a", "manager", "a");
        sessions.add("b", "manager", "b");
        sessions.detach("b", 1);
        sessions.detach("a", 2);

        assertThat(sessions.add("c", "manager", "c")).isTrue();
        assertThat(sessions.all()).containsExactlyInAnyOrder("a", "c");
    }

    @Test
    void takesNoMoreThanItMayWhenAllHaveAStream() {
        sessions.add("a", "manager", "a");
        sessions.add("b", "manager", "b");

        assertThat(sessions.add("c", "manager", "c")).isFalse();
        sessions.forget("a");
        assertThat(sessions.add("c", "manager", "c")).isTrue();
    }
}
