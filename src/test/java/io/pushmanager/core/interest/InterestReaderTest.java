package io.pushmanager.core.interest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pushmanager.core.link.LinkViolation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class InterestReaderTest {

    private static final long[] NONE = {};

    private final List<InterestChange> pieces = new ArrayList<>();
    private final InterestReader reader = new InterestReader(3);

    @Test
    void passesASnapshotInPartsAndUpdatesOn() {
        read(5, true, true, 1);
        read(5, false, false, 2);
        read(6, false, false, 3);

        assertThat(pieces).extracting(InterestChange::begins).containsExactly(true, false, false);
        assertThat(pieces).extracting(InterestChange::ends).containsExactly(false, true, true);
        assertThat(pieces).extracting(InterestChange::version).containsExactly(5L, 5L, 6L);
        assertThat(pieces).extracting(InterestChange::stream).containsOnly(3L);
    }

    @Test
    void partsOfASnapshotMayAllSayThatTheyAreOfASnapshot() {
        read(5, true, true, 1);
        read(5, true, false, 2);

        assertThat(pieces).extracting(InterestChange::begins).containsExactly(true, false);
    }

    @Test
    void aNewSnapshotMayComeAtAnyTime() {
        read(5, true, true, 1);
        read(9, true, false, 2);
        read(12, true, false, 2);

        assertThat(pieces).extracting(InterestChange::begins).containsOnly(true);
    }

    @Test
    void refusesAGap() {
        read(5, true, false, 1);

        assertThatThrownBy(() -> read(7, false, false, 1))
                .isInstanceOf(LinkViolation.class)
                .hasMessage("interest version 7 after 5");
    }

    @Test
    void refusesAVersionTwice() {
        read(5, true, false, 1);

        assertThatThrownBy(() -> read(5, false, false, 1)).isInstanceOf(LinkViolation.class);
    }

    @Test
    void refusesAnUpdateFirst() {
        assertThatThrownBy(() -> read(1, false, false, 1)).isInstanceOf(LinkViolation.class);
    }

    @Test
    void refusesAnUpdateWithinASnapshot() {
        read(5, true, true, 1);

        assertThatThrownBy(() -> read(6, false, false, 1)).isInstanceOf(LinkViolation.class);
    }

    @Test
    void cutsALargeFrameIntoPiecesThatMissNothing() {
        long[] rooms = LongStream.range(0, 20_000).toArray();
        long[] gone = LongStream.range(20_000, 20_100).toArray();
        long[] users = LongStream.range(0, 9_000).toArray();
        reader.read(new InterestUpdate(1, true, false, false, rooms, gone, users, NONE), pieces::add);

        assertThat(pieces).hasSize(4);
        assertThat(pieces).extracting(InterestChange::begins).containsExactly(true, false, false, false);
        assertThat(pieces).extracting(InterestChange::ends).containsExactly(false, false, false, true);
        assertThat(pieces).allSatisfy(piece -> assertThat(piece.roomsAdded().length
                        + piece.roomsRemoved().length
                        + piece.usersAdded().length
                        + piece.usersRemoved().length)
                .isLessThanOrEqualTo(InterestReader.MOST_HASHES));
        assertThat(pieces.stream().map(InterestChange::roomsAdded).flatMapToLong(LongStream::of))
                .containsExactly(LongStream.of(rooms).boxed().toArray(Long[]::new));
        assertThat(pieces.stream().map(InterestChange::roomsRemoved).flatMapToLong(LongStream::of))
                .containsExactly(LongStream.of(gone).boxed().toArray(Long[]::new));
        assertThat(pieces.stream().map(InterestChange::usersAdded).flatMapToLong(LongStream::of))
                .containsExactly(LongStream.of(users).boxed().toArray(Long[]::new));
    }

    @Test
    void passesOnWhatNamesNothing() {
        read(1, true, false);

        assertThat(pieces).hasSize(1);
        assertThat(pieces.get(0).ends()).isTrue();
    }

    private void read(long version, boolean snapshot, boolean more, long... rooms) {
        reader.read(new InterestUpdate(version, snapshot, more, false, rooms, NONE, NONE, NONE), pieces::add);
    }
}
