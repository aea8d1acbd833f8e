package io.pushmanager.core.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.presence.ReportQueue.Batch;
import io.pushmanager.core.presence.UserState.Seat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReportQueueTest {

    private final ReportQueue queue = new ReportQueue(4, 6);

    @Test
    void manyChangesOfAUserAreToldOnce() {
        queue.snapshot(List.of());
        queue.take();
        queue.mark("a");
        queue.mark("b");
        queue.mark("a");

        assertThat(queue.take()).isEqualTo(new Batch(List.of("a", "b"), false, false));
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void aNodeWithoutUsersSaysSo() {
        queue.snapshot(List.of());

        assertThat(queue.take()).isEqualTo(new Batch(List.of(), true, true));
    }

    @Test
    void changesAndSnapshotShareEachBatch() {
        queue.snapshot(List.of("1", "2", "3"));
        for (String user : List.of("a", "b", "c", "d", "e")) {
            queue.mark(user);
        }

        assertThat(queue.take()).isEqualTo(new Batch(List.of("a", "b", "1", "2"), true, false));
        assertThat(queue.take()).isEqualTo(new Batch(List.of("c", "d", "e", "3"), false, true));
    }

    @Test
    void tooManyChangesAreASnapshotInstead() {
        queue.snapshot(List.of());
        queue.take();
        for (int i = 0; i < 7; i++) {
            queue.mark("user-" + i);
        }

        assertThat(queue.wantsSnapshot()).isTrue();
        assertThat(queue.isEmpty()).isTrue();
        queue.mark("late");
        assertThat(queue.marked()).isZero();
    }

    /** Users change all the time, batches are taken now and then, overflows and new streams come between. */
    @Test
    void whatIsToldEndsAsWhatIs() {
        for (long seed = 0; seed < 2_000; seed++) {
            try {
                play(new Random(seed));
            } catch (Throwable failure) {
                throw new AssertionError("seed " + seed, failure);
            }
        }
    }

    private static void play(Random random) {
        PresenceNode node = new PresenceNode("n", "i", "a:1", "", "", List.of(), false);
        PresenceTable table = new PresenceTable();
        table.register(node, NodeLoad.NONE, 0);
        Map<String, UserState> here = new HashMap<>();
        ReportQueue queue = new ReportQueue(3, 5);
        long epoch = 1;
        for (int i = 0; i < 60; i++) {
            if (random.nextInt(20) == 0) {
                queue = new ReportQueue(3, 5);
                epoch++;
            }
            if (queue.wantsSnapshot()) {
                queue.snapshot(new ArrayList<>(here.keySet()));
            }
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                String user = "user-" + random.nextInt(12);
                if (random.nextBoolean()) {
                    here.put(user, UserState.online("", Map.of(), i).joined("r", new Seat(i, Map.of())));
                } else {
                    here.remove(user);
                }
                queue.mark(user);
            }
            if (random.nextBoolean()) {
                tell(queue, here, table, node, epoch);
            }
        }
        if (queue.wantsSnapshot()) {
            queue.snapshot(new ArrayList<>(here.keySet()));
        }
        while (!queue.isEmpty()) {
            tell(queue, here, table, node, epoch);
        }
        assertThat(table.read().totals().users()).isEqualTo(here.size());
        here.forEach((user, state) -> assertThat(table.read().user(user))
                .singleElement()
                .extracting(UserPlace::state)
                .isEqualTo(state));
    }

    private static void tell(
            ReportQueue queue, Map<String, UserState> here, PresenceTable table, PresenceNode node, long epoch) {
        if (queue.isEmpty()) {
            return;
        }
        Batch batch = queue.take();
        List<UserReport> users = new ArrayList<>();
        batch.users().forEach(user -> users.add(new UserReport(user, here.get(user))));
        Update update = new Update(epoch, batch.snapshotBegins(), batch.snapshotEnds(), users);
        assertThat(table.apply(node.key(), update, 0).accepted()).isTrue();
    }
}
