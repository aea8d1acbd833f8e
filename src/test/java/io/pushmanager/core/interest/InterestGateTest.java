package io.pushmanager.core.interest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InterestGateTest {

    private static final long T = 2_000_000_000L;
    private static final long BOUND = T + T / 100;

    private InterestGate<String> gate = new InterestGate<>(1_000_000, 5 * T, 42);
    private InterestLink<String> link = gate.newLink();

    private List<InterestUpdate> written(InterestLink<String> to, boolean urgent) {
        List<InterestUpdate> all = new ArrayList<>();
        for (InterestUpdate next = to.next(urgent); next != null; next = to.next(urgent)) {
            all.add(next);
        }
        return all;
    }

    private InterestUpdate onlyWritten() {
        List<InterestUpdate> all = written(link, false);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    /** A link with an acknowledged snapshot and a lease from 0 on. */
    private void lease() {
        link.opened();
        assertThat(link.acknowledged(onlyWritten().version())).isTrue();
        assertThat(link.lease(T, 0)).isTrue();
    }

    private void hold(String what, long nowNanos) {
        gate.hold(List.of(what), nowNanos);
    }

    // --- what is told

    @Test
    void beginsWithASnapshot() {
        gate.roomCame(1);
        gate.userCame(2);
        link.opened();

        InterestUpdate snapshot = onlyWritten();

        assertThat(snapshot.snapshot()).isTrue();
        assertThat(snapshot.more()).isFalse();
        assertThat(snapshot.roomsAdded()).containsExactly(1);
        assertThat(snapshot.usersAdded()).containsExactly(2);
    }

    @Test
    void tellsAnEmptyTableToo() {
        link.opened();

        assertThat(onlyWritten().snapshot()).isTrue();
        assertThat(link.isAllWritten()).isTrue();
    }

    @Test
    void cutsASnapshotIntoPartsOfOneVersion() {
        for (long hash = 0; hash < 2 * InterestLink.MOST_HASHES + 1; hash++) {
            gate.roomCame(hash);
        }
        link.opened();

        List<InterestUpdate> parts = written(link, false);

        assertThat(parts).extracting(InterestUpdate::version).containsExactly(1L, 1L, 1L);
        assertThat(parts).extracting(InterestUpdate::more).containsExactly(true, true, false);
        assertThat(parts).allMatch(InterestUpdate::snapshot);
        assertThat(parts).extracting(part -> part.roomsAdded().length).containsExactly(8_192, 8_192, 1);
    }

    @Test
    void tellsWhatChangedWhileASnapshotWasOnItsWay() {
        for (long hash = 0; hash < InterestLink.MOST_HASHES + 1; hash++) {
            gate.roomCame(hash);
        }
        link.opened();
        link.next(false);
        gate.roomWent(0);

        assertThat(link.isAllWritten()).isFalse();
        List<InterestUpdate> rest = written(link, false);

        assertThat(rest).hasSize(2);
        assertThat(rest.get(1).version()).isEqualTo(2);
        assertThat(rest.get(1).snapshot()).isFalse();
        assertThat(rest.get(1).roomsRemoved()).containsExactly(0);
    }

    @Test
    void countsVersionsWithoutGaps() {
        lease();
        gate.roomCame(1);
        assertThat(onlyWritten().version()).isEqualTo(2);
        gate.userCame(1);
        assertThat(onlyWritten().version()).isEqualTo(3);
    }

    @Test
    void saysNothingOfWhatCameAndWentBetweenTwoFrames() {
        lease();
        gate.roomCame(1);
        gate.roomWent(1);

        assertThat(written(link, true)).isEmpty();
    }

    @Test
    void keepsAHashUntilTheLastOfItIsGone() {
        lease();
        gate.roomCame(1);
        gate.roomCame(1); // another room with the same hash
        onlyWritten();
        gate.roomWent(1);
        assertThat(written(link, true)).isEmpty();

        gate.roomWent(1);

        assertThat(onlyWritten().roomsRemoved()).containsExactly(1);
    }

    @Test
    void keepsRoomsAndUsersApart() {
        lease();
        gate.roomCame(1);
        gate.userCame(1);
        gate.roomWent(1);

        assertThat(onlyWritten().usersAdded()).containsExactly(1);
    }

    @Test
    void collectsWhileTwoFramesAreUnacknowledged() {
        lease();
        for (long hash = 1; hash <= 4; hash++) {
            gate.roomCame(hash);
            written(link, false);
        }
        assertThat(link.version()).isEqualTo(3);

        assertThat(link.acknowledged(2)).isTrue();

        assertThat(onlyWritten().roomsAdded()).containsExactlyInAnyOrder(3, 4);
    }

    @Test
    void tellsEverythingAnewOnAnotherStream() {
        lease();
        gate.roomCame(1);
        onlyWritten();
        link.broke();
        gate.roomCame(2);
        assertThat(written(link, true)).isEmpty();

        link.opened();

        assertThat(onlyWritten().roomsAdded()).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void refusesAnAcknowledgementOfWhatWasNeverTold() {
        link.opened();
        assertThat(link.acknowledged(1)).isFalse();
        onlyWritten();
        assertThat(link.acknowledged(2)).isFalse();
        assertThat(link.acknowledged(-1)).isFalse();
        assertThat(link.acknowledged(1)).isTrue();
    }

    // --- too many

    @Test
    void namesNoUsersWhenThereAreTooMany() {
        gate = new InterestGate<>(10, T, 42);
        link = gate.newLink();
        lease();
        for (long hash = 0; hash < 10; hash++) {
            gate.userCame(hash);
        }
        assertThat(onlyWritten().allUsers()).isFalse();

        gate.roomCame(1);

        InterestUpdate anew = onlyWritten();
        assertThat(anew.snapshot()).isTrue();
        assertThat(anew.allUsers()).isTrue();
        assertThat(anew.roomsAdded()).containsExactly(1);
        assertThat(anew.usersAdded()).isEmpty();
        gate.userCame(99);
        assertThat(written(link, true)).isEmpty();
    }

    @Test
    void namesThemAgainWhenThereAreATenthLess() {
        gate = new InterestGate<>(10, T, 42);
        link = gate.newLink();
        lease();
        for (long hash = 0; hash < 11; hash++) {
            gate.userCame(hash);
        }
        written(link, true);
        gate.userWent(0);
        assertThat(gate.allUsers()).isTrue();

        gate.userWent(1);

        InterestUpdate anew = written(link, true).get(0);
        assertThat(anew.snapshot()).isTrue();
        assertThat(anew.allUsers()).isFalse();
        assertThat(anew.usersAdded()).hasSize(9);
    }

    // --- the lease

    @Test
    void grantsNoLeaseBeforeEverythingIsWritten() {
        link.opened();
        assertThat(link.lease(T, 0)).isFalse();
        onlyWritten();
        gate.roomCame(1);
        assertThat(link.lease(T, 0)).isFalse();
        onlyWritten();
        assertThat(link.lease(T, 0)).isTrue();
    }

    @Test
    void grantsNoLeaseLongerThanItsLimit() {
        link.opened();
        onlyWritten();

        assertThat(link.lease(5 * T + 1, 0)).isFalse();
        assertThat(link.lease(-1, 0)).isFalse(); // beyond what a signed number holds
        assertThat(link.lease(0, 0)).isFalse();
        assertThat(link.lease(5 * T, 0)).isTrue();
    }

    // --- the gate

    @Test
    void holdsNothingWithoutALease() {
        link.opened();
        gate.roomCame(1);

        hold("join", 0);

        assertThat(gate.takeReleased()).containsExactly("join");
    }

    @Test
    void holdsAJoinUntilItIsAcknowledged() {
        lease();
        gate.roomCame(1);
        hold("join", 1);
        InterestUpdate update = onlyWritten();
        assertThat(gate.takeReleased()).isEmpty();

        link.acknowledged(update.version());

        assertThat(gate.takeReleased()).containsExactly("join");
    }

    @Test
    void holdsEveryJoinThatIsNotAcknowledged() {
        lease();
        gate.roomCame(1);
        hold("first", 1);
        onlyWritten();
        hold("second", 2);
        gate.roomCame(2);
        hold("third", 3);
        onlyWritten();

        link.acknowledged(2);
        assertThat(gate.takeReleased()).containsExactly("first", "second");
        link.acknowledged(3);
        assertThat(gate.takeReleased()).containsExactly("third");
    }

    @Test
    void holdsNothingThatAllHaveAcknowledged() {
        lease();

        hold("join", 1);

        assertThat(gate.takeReleased()).containsExactly("join");
    }

    @Test
    void letsGoWhenTheLeaseAndItsMarginHaveEnded() {
        lease();
        gate.roomCame(1);
        hold("join", 1);
        onlyWritten();
        assertThat(gate.nanosUntilExpiry(1)).isEqualTo(BOUND - 1);

        gate.expire(BOUND - 1);
        assertThat(gate.takeReleased()).isEmpty();
        gate.expire(BOUND);
        assertThat(gate.takeReleased()).containsExactly("join");
        assertThat(gate.nanosUntilExpiry(BOUND)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void isNotHeldUpByALeaseThatCameAfterItWasWritten() {
        lease();
        gate.roomCame(1);
        hold("join", 1);
        onlyWritten();
        for (long now = T / 4; now < BOUND; now += T / 4) {
            assertThat(link.lease(T, now)).isTrue();
        }

        gate.expire(BOUND);

        assertThat(gate.takeReleased()).containsExactly("join");
    }

    @Test
    void waitsForALeaseAfterItsStreamBroke() {
        lease();
        link.broke();
        gate.roomCame(1);
        hold("join", 1);

        gate.expire(BOUND - 1);
        assertThat(gate.takeReleased()).isEmpty();
        gate.expire(BOUND);
        assertThat(gate.takeReleased()).containsExactly("join");
    }

    @Test
    void letsGoWhenTheNextStreamHasCaughtUp() {
        lease();
        gate.roomCame(1);
        hold("before", 1);
        onlyWritten();
        link.broke();
        hold("between", 2);

        link.opened();
        assertThat(link.acknowledged(onlyWritten().version())).isTrue();

        assertThat(gate.takeReleased()).containsExactly("before", "between");
    }

    @Test
    void waitsForEveryManager() {
        lease();
        InterestLink<String> other = gate.newLink();
        other.opened();
        written(other, false);
        other.acknowledged(1);
        other.lease(T, T / 2);
        gate.roomCame(1);
        hold("join", T / 2);
        onlyWritten();
        written(other, false);

        link.acknowledged(2);
        assertThat(gate.takeReleased()).isEmpty();
        gate.expire(BOUND);
        assertThat(gate.takeReleased()).isEmpty();
        gate.expire(BOUND + T / 2);

        assertThat(gate.takeReleased()).containsExactly("join");
    }

    @Test
    void forgetsAManagerOnlyWhenItsLeaseHasEnded() {
        lease();
        link.broke();
        gate.expire(BOUND - 1);
        gate.roomCame(1);
        hold("held", BOUND - 1);
        assertThat(gate.takeReleased()).isEmpty();
        gate.expire(BOUND);
        assertThat(gate.takeReleased()).containsExactly("held");

        link.opened(); // it comes back

        assertThat(onlyWritten().roomsAdded()).containsExactly(1);
    }
}
