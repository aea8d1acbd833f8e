package io.pushmanager.core.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CallerTableTest {

    private static final long KEPT = 100;

    private final CallerTable<Object> table = new CallerTable<>(10, KEPT);

    @Test
    void knowsACallerByItsNameHoweverManyConnectionsItHas() {
        Object first = table.joined("a", 0, name -> new Object());

        assertThat(table.joined("a", 1, name -> new Object())).isSameAs(first);
        table.left("a", 2);
        assertThat(table.connected()).isEqualTo(1);
    }

    @Test
    void remembersWhoComesBackInTime() {
        Object first = table.joined("a", 0, name -> new Object());
        table.left("a", 1);

        assertThat(table.joined("a", KEPT, name -> new Object())).isSameAs(first);
    }

    @Test
    void forgetsWhoStaysAway() {
        Object first = table.joined("a", 0, name -> new Object());
        table.left("a", 1);

        assertThat(table.joined("a", 1 + KEPT, name -> new Object())).isNotSameAs(first);
    }

    @Test
    void forgetsThoseFirstThatLeftFirstWhenThereAreMany() {
        Object[] first = new Object[11];
        for (int i = 0; i <= 10; i++) {
            first[i] = table.joined("a" + i, 0, name -> new Object());
        }
        for (int i = 0; i <= 10; i++) {
            table.left("a" + i, 1);
        }

        assertThat(table.joined("a1", 2, name -> new Object())).isSameAs(first[1]);
        assertThat(table.joined("a0", 2, name -> new Object())).isNotSameAs(first[0]);
    }

    @Test
    void staysBoundedWhoeverComesAndGoes() {
        long seed = 20_261_121L;
        Random random = new Random(seed);
        Map<String, Integer> open = new HashMap<>();
        for (int now = 0; now < 20_000; now++) {
            String name = "c" + random.nextInt(2_000);
            if (random.nextBoolean()) {
                table.joined(name, now, absent -> new Object());
                open.merge(name, 1, Integer::sum);
            } else if (open.containsKey(name)) {
                table.left(name, now);
                open.computeIfPresent(name, (key, count) -> count == 1 ? null : count - 1);
            }
            assertThat(table.away()).as("seed %d", seed).isLessThanOrEqualTo(10);
            assertThat(table.connected()).as("seed %d", seed).isEqualTo(open.size());
        }
    }
}
