package io.pushmanager.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.membership.KeyMirror.Change;
import io.pushmanager.core.membership.KeyMirror.Change.Deleted;
import io.pushmanager.core.membership.KeyMirror.Change.Put;
import io.pushmanager.core.membership.KeyMirror.Entry;
import io.pushmanager.core.membership.KeyMirror.ListResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyMirrorTest {

    private final KeyMirror<String> mirror = new KeyMirror<>();

    @Test
    void aListIsPutsOfWhatIsNewAndDeletionsOfWhatIsGone() {
        mirror.listed(10, List.of(new Entry<>("a", 3, "1"), new Entry<>("b", 4, "1")), 0);
        taken();

        ListResult result = mirror.listed(20, List.of(new Entry<>("b", 4, "1"), new Entry<>("c", 15, "1")), 10);

        assertThat(result).isEqualTo(ListResult.DIFFERENT);
        assertThat(taken()).containsExactly(new Put<>("c", 15, "1"), new Deleted<>("a", 20, null));
        assertThat(mirror.size()).isEqualTo(2);
    }

    @Test
    void aListThatTellsNothingNewSaysSo() {
        mirror.listed(10, List.of(new Entry<>("a", 3, "1")), 0);
        taken();

        assertThat(mirror.listed(30, List.of(new Entry<>("a", 3, "1")), 10)).isEqualTo(ListResult.SAME);
        assertThat(mirror.hasChanges()).isFalse();
        assertThat(mirror.revision()).isEqualTo(30);
    }

    @Test
    void aRepeatedEventChangesNothing() {
        mirror.put("a", 5, "1");
        taken();

        mirror.put("a", 5, "1");

        assertThat(taken()).isEmpty();
    }

    @Test
    void anEventOlderThanTheListChangesNothing() {
        mirror.listed(10, List.of(), 0);

        mirror.put("a", 9, "1");

        assertThat(taken()).isEmpty();
    }

    @Test
    void aPutThatComesAgainAfterItsDeletionDoesNotBringTheKeyBack() {
        mirror.put("a", 5, "1");
        mirror.deleted("a", 6);
        taken();

        mirror.put("a", 5, "1");

        assertThat(taken()).isEmpty();
        assertThat(mirror.size()).isZero();
    }

    @Test
    void everyKeyOfOneTransactionCounts() {
        mirror.put("a", 5, "1");
        mirror.put("b", 5, "1");

        assertThat(taken()).hasSize(2);
    }

    @Test
    void aListThatTheWatchHasOvertakenIsIgnored() {
        mirror.listed(10, List.of(new Entry<>("a", 3, "1")), 0);
        mirror.deleted("a", 12);
        taken();

        assertThat(mirror.listed(11, List.of(new Entry<>("a", 3, "1")), 10)).isEqualTo(ListResult.OVERTAKEN);
        assertThat(taken()).isEmpty();
    }

    @Test
    void aListOfAnEtcdWhoseDataWasReplacedCounts() {
        mirror.listed(100, List.of(new Entry<>("a", 90, "1"), new Entry<>("b", 91, "1")), 0);
        taken();

        assertThat(mirror.listed(3, List.of(new Entry<>("b", 2, "2")), 100)).isEqualTo(ListResult.REWOUND);
        assertThat(taken()).containsExactly(new Put<>("b", 2, "2"), new Deleted<>("a", 3, null));
        mirror.put("b", 4, "3");
        assertThat(taken()).containsExactly(new Put<>("b", 4, "3"));
    }

    @Test
    void anotherHistoryThatUsesTheSameRevisionsIsNoticed() {
        mirror.listed(4, List.of(new Entry<>("a", 3, "1"), new Entry<>("b", 4, "1")), 0);
        taken();

        assertThat(mirror.listed(4, List.of(new Entry<>("a", 3, "2")), 4)).isEqualTo(ListResult.DIFFERENT);
        assertThat(taken()).containsExactly(new Put<>("a", 3, "2"), new Deleted<>("b", 4, null));
    }

    @Test
    void changesOfOneKeyThatNobodyTookBecomeOne() {
        mirror.put("a", 5, "1");
        mirror.put("a", 6, "2");

        assertThat(taken()).containsExactly(new Put<>("a", 6, "2"));
    }

    @Test
    void aDeletionTellsTheLastValueThatNobodyTook() {
        mirror.put("a", 5, "serving");
        taken();
        mirror.put("a", 6, "draining");
        mirror.deleted("a", 7);

        assertThat(taken()).containsExactly(new Deleted<>("a", 7, "draining"));
    }

    @Test
    void aDeletionOfAnUnknownKeyIsNoChange() {
        mirror.deleted("a", 7);

        assertThat(taken()).isEmpty();
        assertThat(mirror.revision()).isEqualTo(7);
    }

    @Test
    void everyDeletionOfOneTransactionCounts() {
        mirror.put("a", 5, "1");
        mirror.put("b", 6, "1");
        taken();

        mirror.deleted("a", 7);
        mirror.deleted("b", 7);

        assertThat(taken()).containsExactly(new Deleted<>("a", 7, null), new Deleted<>("b", 7, null));
        assertThat(mirror.size()).isZero();
    }

    @Test
    void aDeletionThatIsNotNewerThanTheValueChangesNothing() {
        mirror.listed(7, List.of(new Entry<>("a", 7, "1")), 0);
        taken();

        mirror.deleted("a", 7);

        assertThat(taken()).isEmpty();
        assertThat(mirror.size()).isEqualTo(1);
    }

    private List<Change<String>> taken() {
        List<Change<String>> changes = new ArrayList<>();
        for (Change<String> change = mirror.next(); change != null; change = mirror.next()) {
            changes.add(change);
        }
        return changes;
    }
}
