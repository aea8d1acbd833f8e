package io.pushmanager.connect.presence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UserMarksTest {

    private int wakeUps;
    private final UserMarks marks = new UserMarks(2, () -> wakeUps++);

    @Test
    void nothingIsNotedWhileNobodyWantsToKnow() {
        marks.userChanged("a");

        assertThat(wakeUps).isZero();
        assertThat(marks.take().users()).isEmpty();
    }

    @Test
    void manyChangesAreOneMarkAndOneWakeUp() {
        marks.wanted(true);
        marks.userChanged("a");
        marks.userChanged("a");
        marks.userChanged("b");

        assertThat(wakeUps).isEqualTo(1);
        assertThat(marks.take().users()).containsExactlyInAnyOrder("a", "b");
        marks.userChanged("a");
        assertThat(wakeUps).isEqualTo(2);
    }

    @Test
    void moreThanFitIsAnOverflowOnce() {
        marks.wanted(true);
        for (String user : new String[] {"a", "b", "c"}) {
            marks.userChanged(user);
        }

        assertThat(marks.take().overflowed()).isTrue();
        assertThat(marks.take().overflowed()).isFalse();
    }
}
