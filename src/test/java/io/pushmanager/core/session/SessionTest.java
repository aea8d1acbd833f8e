package io.pushmanager.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.session.Session.Heartbeat;
import org.junit.jupiter.api.Test;

class SessionTest {

    private static final long SECOND = 1_000_000_000L;

    private final Session session = new Session(-5);

    @Test
    void takesSoManyCommandsASecondAndNoMore() {
        for (int i = 0; i < 50; i++) {
            assertThat(session.takeCommand(i, 50)).isTrue();
        }
        assertThat(session.takeCommand(SECOND - 1, 50)).isFalse();
    }

    @Test
    void takesThemAgainInTheNextSecond() {
        for (long second = 0; second < 5; second++) {
            for (int i = 0; i < 50; i++) {
                assertThat(session.takeCommand(second * SECOND, 50)).isTrue();
            }
        }
    }

    @Test
    void secondBeginsWithTheFirstCommandAfterAPause() {
        assertThat(session.takeCommand(SECOND / 2, 1)).isTrue();
        assertThat(session.takeCommand(SECOND, 1)).isFalse();
        assertThat(session.takeCommand(SECOND * 3 / 2, 1)).isTrue();
    }

    @Test
    void pongsDoNotUseUpCommands() {
        assertThat(session.takeCommand(0, 1)).isTrue();
        assertThat(session.takeControl(0, 1)).isTrue();
        assertThat(session.takeControl(0, 1)).isFalse();
        assertThat(session.takeControl(SECOND, 1)).isTrue();
    }

    @Test
    void goodCommandForgivesMalformedOnes() {
        assertThat(session.takeMalformed(2)).isTrue();
        session.wellFormed();
        assertThat(session.takeMalformed(2)).isTrue();
        assertThat(session.takeMalformed(2)).isFalse();
    }

    @Test
    void pingsAfterSilenceAndOnce() {
        session.heard(100);
        assertThat(session.check(124, 25, 10)).isEqualTo(Heartbeat.FINE);
        assertThat(session.check(125, 25, 10)).isEqualTo(Heartbeat.PING);
        assertThat(session.check(126, 25, 10)).isEqualTo(Heartbeat.FINE);
    }

    @Test
    void isLostWhenNothingIsHeardAfterThePing() {
        session.heard(100);
        session.check(125, 25, 10);
        assertThat(session.check(134, 25, 10)).isEqualTo(Heartbeat.FINE);
        assertThat(session.check(135, 25, 10)).isEqualTo(Heartbeat.LOST);
    }

    @Test
    void anyFrameAnswersThePing() {
        session.heard(100);
        session.check(125, 25, 10);
        session.heard(130);
        assertThat(session.check(154, 25, 10)).isEqualTo(Heartbeat.FINE);
        assertThat(session.check(155, 25, 10)).isEqualTo(Heartbeat.PING);
    }

    @Test
    void limitsPongsAtWhateverTimeTheyCome() {
        assertThat(session.takeControl(10 * SECOND, 2)).isTrue();
        assertThat(session.takeControl(10 * SECOND + 1, 2)).isTrue();
        assertThat(session.takeControl(11 * SECOND - 1, 2)).isFalse();
    }
}
