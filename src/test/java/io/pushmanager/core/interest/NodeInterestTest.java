package io.pushmanager.core.interest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class NodeInterestTest {

    private static final long[] NONE = {};

    private final InterestTable<String> table = new InterestTable<>(0x1D8A_F066_54C9_9B15L);
    private final NodeInterest<String> node = table.add("node");

    @Test
    void isTrustedWithACompleteTableWhileTheLeaseLasts() {
        snapshot(1, 7, true);
        node.granted(1, 7, 1_000);

        assertThat(node.isTrusted(999)).isTrue();
        assertThat(node.isTrusted(1_000)).isFalse();
    }

    @Test
    void isNotTrustedWithoutALease() {
        snapshot(1, 7, true);

        assertThat(node.isTrusted(0)).isFalse();
    }

    @Test
    void isNotTrustedBeforeTheLastPartOfTheSnapshot() {
        node.granted(1, 7, 1_000);
        snapshot(1, 7, false);
        assertThat(node.isTrusted(1)).isFalse();

        piece(1, 7, false, true);
        assertThat(node.isTrusted(1)).isTrue();
    }

    @Test
    void isTrustedOnlyOnceTheVersionOfTheAnswerIsApplied() {
        snapshot(1, 7, true);
        node.granted(1, 8, 1_000);
        assertThat(node.isTrusted(1)).isFalse();

        piece(1, 8, false, true);
        assertThat(node.isTrusted(1)).isTrue();
    }

    @Test
    void keepsAnEarlierLeaseWhileALaterOneAwaitsItsVersion() {
        snapshot(1, 7, true);
        node.granted(1, 7, 1_000);
        node.granted(1, 9, 2_000);

        assertThat(node.isTrusted(999)).isTrue();
        assertThat(node.isTrusted(1_000)).isFalse();
        piece(1, 8, false, true);
        piece(1, 9, false, true);
        assertThat(node.isTrusted(1_999)).isTrue();
    }

    @Test
    void doesNotTakeTheLeaseOfANewStreamForTheTableOfTheFormerOne() {
        snapshot(1, 7, true);
        node.granted(1, 7, 1_000);
        node.granted(2, 3, 2_000);
        assertThat(node.isTrusted(1_500))
                .as("versions of another stream mean nothing")
                .isFalse();

        snapshot(2, 3, true);
        assertThat(node.isTrusted(1_500)).isTrue();
    }

    @Test
    void doesNotTakeTheLeaseOfAFormerStreamForTheTableOfTheNewOne() {
        snapshot(1, 7, true);
        node.granted(1, 8, 1_000);
        snapshot(2, 9, true);

        assertThat(node.isTrusted(1)).isFalse();
    }

    @Test
    void aLeaseOutlivesItsStreamButNotTheBeginningOfANewSnapshot() {
        snapshot(1, 7, true);
        node.granted(1, 7, 1_000);
        snapshot(2, 1, false);
        assertThat(node.isTrusted(1)).isFalse();

        piece(2, 1, false, true);
        assertThat(node.isTrusted(999))
                .as("the node's promise does not end with the stream")
                .isTrue();
        assertThat(node.isTrusted(1_000)).isFalse();
    }

    @Test
    void aShorterGrantTakesNothingAway() {
        snapshot(1, 7, true);
        node.granted(1, 7, 1_000);
        node.granted(1, 7, 500);

        assertThat(node.isTrusted(900)).isTrue();
    }

    @Test
    void clocksMayRunOver() {
        long start = Long.MAX_VALUE - 10;
        snapshot(1, 7, true);
        node.granted(1, 7, start + 100);

        assertThat(node.isTrusted(start + 99)).isTrue();
        assertThat(node.isTrusted(start + 100)).isFalse();
    }

    @Test
    void staysInterestedInAllUsersUntilAllAreNamed() {
        table.apply(node, new InterestChange(1, 1, true, true, true, NONE, NONE, NONE, NONE));
        table.apply(node, new InterestChange(1, 2, false, false, false, NONE, NONE, new long[] {1}, NONE));
        assertThat(node.allUsers()).isTrue();

        table.apply(node, new InterestChange(1, 2, false, true, false, NONE, NONE, new long[] {2}, NONE));
        assertThat(node.allUsers()).isFalse();
    }

    @Test
    void isNotTrustedOnceItIsRemoved() {
        snapshot(1, 7, true);
        node.granted(1, 7, 1_000);
        table.remove(node);

        assertThat(node.isTrusted(1)).isFalse();
    }

    private void snapshot(long stream, long version, boolean ends) {
        piece(stream, version, true, ends);
    }

    private void piece(long stream, long version, boolean begins, boolean ends) {
        table.apply(node, new InterestChange(stream, version, begins, ends, false, NONE, NONE, NONE, NONE));
    }
}
