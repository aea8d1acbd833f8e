package io.pushmanager.core.credits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ManagerCreditsTest {

    private final ManagerCredits credits = new ManagerCredits(10);

    @Test
    void knowsNobodyAtFirst() {
        assertThat(credits.choose()).isNull();
    }

    @Test
    void equalManagersGetEqualShares() {
        for (String id : new String[] {"a", "b", "c"}) {
            credits.heard(id, 1_000, true, 0);
        }
        Map<String, Integer> chosen = choose(300);

        assertThat(chosen).containsEntry("a", 100).containsEntry("b", 100).containsEntry("c", 100);
    }

    @Test
    void passesOverOneThatIsMuchBusierUntilItHasRoomAgain() {
        credits.heard("a", 1_000, true, 0);
        credits.heard("b", 400, true, 0);
        assertThat(choose(10)).containsOnlyKeys("a");

        credits.heard("b", 900, true, 1);
        assertThat(choose(10)).containsEntry("a", 5).containsEntry("b", 5);
    }

    @Test
    void countsWhatItHasSentAndNotYetHeardBack() {
        credits.heard("a", 100, true, 0);
        credits.heard("b", 100, true, 0);
        credits.sent("a", 60);
        assertThat(choose(10)).containsOnlyKeys("b");

        credits.ended("a", 60);
        assertThat(choose(10)).containsOnlyKeys("a", "b");
    }

    @Test
    void leavesOutThoseThatDrainOrAreNotThere() {
        credits.heard("a", 100, true, 0);
        credits.heard("b", 100, false, 0);
        credits.heard("c", 100, true, 0);
        credits.notThere("c");

        assertThat(choose(10)).containsOnlyKeys("a");
        credits.heard("c", 100, true, 1);
        assertThat(choose(10)).containsOnlyKeys("a", "c");
    }

    @Test
    void choosesTheBestOfThoseThatAreFull() {
        credits.heard("a", -5, true, 0);
        credits.heard("b", 0, true, 0);

        assertThat(choose(3)).containsOnlyKeys("b");
    }

    @Test
    void namesTheSilentOnce() {
        credits.heard("a", 100, true, 0);
        credits.heard("b", 100, true, 5);

        assertThat(credits.takeSilent(11)).containsExactly("a");
        assertThat(credits.takeSilent(11)).isEmpty();
        assertThat(choose(4)).containsOnlyKeys("b");
    }

    @Test
    void sharesStayWithinAFifthWhateverTheTimesOfAnswer() {
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            ManagerCredits some = new ManagerCredits(10);
            Map<String, Integer> chosen = new HashMap<>();
            Deque<String> open = new ArrayDeque<>();
            for (int i = 0; i < 9_000; i++) {
                if (i % 500 == 0) {
                    for (String id : new String[] {"a", "b", "c"}) {
                        some.heard(id, 10_000, true, i);
                    }
                }
                String id = some.choose();
                some.sent(id, 1);
                open.add(id);
                chosen.merge(id, 1, Integer::sum);
                while (open.size() > random.nextInt(1_500)) {
                    some.ended(open.remove(), 1);
                }
            }
            assertThat(chosen.values()).as("seed " + seed).allMatch(count -> count >= 2_400 && count <= 3_600);
        }
    }

    private Map<String, Integer> choose(int times) {
        Map<String, Integer> chosen = new HashMap<>();
        for (int i = 0; i < times; i++) {
            chosen.merge(credits.choose(), 1, Integer::sum);
        }
        return chosen;
    }
}
