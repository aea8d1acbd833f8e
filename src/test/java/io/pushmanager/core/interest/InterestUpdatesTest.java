package io.pushmanager.core.interest;

import static io.pushmanager.core.interest.OneLink.written;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a node tells a manager of its rooms and users, and when it names no users any more. */
class InterestUpdatesTest {

    private OneLink link = new OneLink(1_000_000);

    @Test
    void beginsWithASnapshot() {
        link.gate.roomCame(1);
        link.gate.userCame(2);
        link.own.opened();

        InterestUpdate snapshot = link.onlyWritten();

        assertThat(snapshot.snapshot()).isTrue();
        assertThat(snapshot.more()).isFalse();
        assertThat(snapshot.roomsAdded()).containsExactly(1);
        assertThat(snapshot.usersAdded()).containsExactly(2);
    }

    @Test
    void tellsAnEmptyTableToo() {
        link.own.opened();

        assertThat(link.onlyWritten().snapshot()).isTrue();
        assertThat(link.own.isAllWritten()).isTrue();
    }

    @Test
    void cutsASnapshotIntoPartsOfOneVersion() {
        for (long hash = 0; hash < 2 * InterestLink.MOST_HASHES + 1; hash++) {
            link.gate.roomCame(hash);
        }
        link.own.opened();

        List<InterestUpdate> parts = written(link.own, false);

        assertThat(parts).extracting(InterestUpdate::version).containsExactly(1L, 1L, 1L);
        assertThat(parts).extracting(InterestUpdate::more).containsExactly(true, true, false);
        assertThat(parts).allMatch(InterestUpdate::snapshot);
        assertThat(parts).extracting(part -> part.roomsAdded().length).containsExactly(8_192, 8_192, 1);
    }

    @Test
    void tellsWhatChangedWhileASnapshotWasOnItsWay() {
        for (long hash = 0; hash < InterestLink.MOST_HASHES + 1; hash++) {
            link.gate.roomCame(hash);
        }
        link.own.opened();
        link.own.next(false);
        link.gate.roomWent(0);

        assertThat(link.own.isAllWritten()).isFalse();
        List<InterestUpdate> rest = written(link.own, false);

        assertThat(rest).hasSize(2);
        assertThat(rest.get(1).version()).isEqualTo(2);
        assertThat(rest.get(1).snapshot()).isFalse();
        assertThat(rest.get(1).roomsRemoved()).containsExactly(0);
    }

    @Test
    void countsVersionsWithoutGaps() {
        link.lease();
        link.gate.roomCame(1);
        assertThat(link.onlyWritten().version()).isEqualTo(2);
        link.gate.userCame(1);
        assertThat(link.onlyWritten().version()).isEqualTo(3);
    }

    @Test
    void saysNothingOfWhatCameAndWentBetweenTwoFrames() {
        link.lease();
        link.gate.roomCame(1);
        link.gate.roomWent(1);

        assertThat(written(link.own, true)).isEmpty();
    }

    @Test
    void keepsAHashUntilTheLastOfItIsGone() {
        link.lease();
        link.gate.roomCame(1);
        link.gate.roomCame(1); // another room with the same hash
        link.onlyWritten();
        link.gate.roomWent(1);
        assertThat(written(link.own, true)).isEmpty();

        link.gate.roomWent(1);

        assertThat(link.onlyWritten().roomsRemoved()).containsExactly(1);
    }

    @Test
    void keepsRoomsAndUsersApart() {
        link.lease();
        link.gate.roomCame(1);
        link.gate.userCame(1);
        link.gate.roomWent(1);

        assertThat(link.onlyWritten().usersAdded()).containsExactly(1);
    }

    @Test
    void collectsWhileTwoFramesAreUnacknowledged() {
        link.lease();
        for (long hash = 1; hash <= 4; hash++) {
            link.gate.roomCame(hash);
            written(link.own, false);
        }
        assertThat(link.own.version()).isEqualTo(3);

        assertThat(link.own.acknowledged(2)).isTrue();

        assertThat(link.onlyWritten().roomsAdded()).containsExactlyInAnyOrder(3, 4);
    }

    @Test
    void tellsEverythingAnewOnAnotherStream() {
        link.lease();
        link.gate.roomCame(1);
        link.onlyWritten();
        link.own.broke();
        link.gate.roomCame(2);
        assertThat(written(link.own, true)).isEmpty();

        link.own.opened();

        assertThat(link.onlyWritten().roomsAdded()).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void refusesAnAcknowledgementOfWhatWasNeverTold() {
        link.own.opened();
        assertThat(link.own.acknowledged(1)).isFalse();
        link.onlyWritten();
        assertThat(link.own.acknowledged(2)).isFalse();
        assertThat(link.own.acknowledged(-1)).isFalse();
        assertThat(link.own.acknowledged(1)).isTrue();
    }

    @Test
    void namesNoUsersWhenThereAreTooMany() {
        link = new OneLink(10);
        link.lease();
        for (long hash = 0; hash < 10; hash++) {
            link.gate.userCame(hash);
        }
        assertThat(link.onlyWritten().allUsers()).isFalse();

        link.gate.roomCame(1);

        InterestUpdate anew = link.onlyWritten();
        assertThat(anew.snapshot()).isTrue();
        assertThat(anew.allUsers()).isTrue();
        assertThat(anew.roomsAdded()).containsExactly(1);
        assertThat(anew.usersAdded()).isEmpty();
        link.gate.userCame(99);
        assertThat(written(link.own, true)).isEmpty();
    }

    @Test
    void namesThemAgainWhenThereAreATenthLess() {
        link = new OneLink(10);
        link.lease();
        for (long hash = 0; hash < 11; hash++) {
            link.gate.userCame(hash);
        }
        written(link.own, true);
        link.gate.userWent(0);
        assertThat(link.gate.allUsers()).isTrue();

        link.gate.userWent(1);

        InterestUpdate anew = written(link.own, true).get(0);
        assertThat(anew.snapshot()).isTrue();
        assertThat(anew.allUsers()).isFalse();
        assertThat(anew.usersAdded()).hasSize(9);
    }
}
