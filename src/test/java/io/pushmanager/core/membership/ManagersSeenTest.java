package io.pushmanager.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ManagersSeenTest {

    private static final long PATIENCE = 10_000;
    private static final long T0 = -3_000;

    private final ManagersSeen seen = new ManagersSeen(PATIENCE);

    @Test
    void isReadyWhenEveryLiveManagerHasConnected() {
        seen.registered(T0);
        seen.managerUp("i1", "m1");
        seen.managerUp("i2", "m2");
        seen.listed();
        seen.managerConnected("i1");

        assertThat(seen.isReady(T0)).isFalse();
        assertThat(seen.waitingFor()).isEqualTo("not connected yet: m2");

        seen.managerConnected("i2");
        assertThat(seen.isReady(T0)).isTrue();
    }

    @Test
    void anEarlierInstanceOfAManagerIsNotTheManager() {
        seen.registered(T0);
        seen.managerUp("new", "m1");
        seen.listed();
        seen.managerConnected("old");

        assertThat(seen.isReady(T0)).isFalse();
    }

    @Test
    void aManagerMayConnectBeforeItIsKnown() {
        seen.registered(T0);
        seen.managerConnected("i1");
        seen.managerUp("i1", "m1");
        seen.listed();

        assertThat(seen.isReady(T0)).isTrue();
    }

    @Test
    void aManagerThatIsGoneIsNotWaitedFor() {
        seen.registered(T0);
        seen.managerUp("i1", "m1");
        seen.listed();
        seen.managerDown("i1");

        assertThat(seen.isReady(T0)).isTrue();
    }

    @Test
    void waitsForRegistrationAndForTheListOfManagers() {
        assertThat(seen.isReady(T0)).isFalse();
        assertThat(seen.waitingFor()).isEqualTo("not registered yet");
        seen.listed();
        assertThat(seen.isReady(T0)).isFalse();

        ManagersSeen unlisted = new ManagersSeen(PATIENCE);
        unlisted.registered(T0);
        assertThat(unlisted.isReady(T0)).isFalse();
        assertThat(unlisted.waitingFor()).contains("list of Push-Managers");
    }

    @Test
    void patienceEndsAndNamesWhoIsMissing() {
        seen.registered(T0);
        seen.registered(T0 + 5_000); // said again: the patience began with the first
        seen.managerUp("i1", "m1");

        assertThat(seen.isReady(T0 + PATIENCE - 1)).isFalse();
        assertThat(seen.isReady(T0 + PATIENCE)).isTrue();
        assertThat(seen.missing()).containsExactly("m1");
    }

    @Test
    void readyStaysReady() {
        seen.registered(T0);
        seen.listed();
        assertThat(seen.isReady(T0)).isTrue();

        seen.managerUp("i9", "m9");
        assertThat(seen.isReady(T0)).isTrue();
    }

    @Test
    void callersThatAreNoManagersDoNotFillTheMemoryNorPushOutThoseThatAre() {
        seen.registered(T0);
        seen.managerUp("i1", "m1");
        seen.managerConnected("i1");
        for (int i = 0; i < 5_000; i++) {
            seen.managerConnected("stranger-" + i);
        }
        seen.listed();

        assertThat(seen.isReady(T0)).isTrue();
    }

    @Test
    void ofCallersNotKnownYetTheLatestThousandAreRemembered() {
        for (int i = 0; i < 1_000; i++) {
            seen.managerConnected("i" + i);
        }
        seen.managerUp("i0", "eldest");
        assertThat(seen.missing()).isEmpty();
        seen.managerDown("i0");

        seen.managerConnected("i1000");
        seen.managerUp("i0", "eldest");
        seen.managerUp("i1", "second");
        seen.managerUp("i1000", "newest");

        assertThat(seen.missing()).containsExactly("eldest");
    }
}
