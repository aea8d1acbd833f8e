package io.pushmanager.core.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FairShareTest {

    private static final long SEED = 20_261_121L;

    @Test
    void letsOneCallerTakeNearlyEverythingWhenItIsAlone() {
        FairShare share = new FairShare(1_600);

        assertThat(flood(share, 0, 0, 1)).isEqualTo(1_500);
    }

    @Test
    void leavesAWayInForWhoHoldsNothingWhileAnotherFloods() {
        FairShare share = new FairShare(1_600);
        long flooded = flood(share, 0, 0, 1);

        assertThat(share.admits(flooded, 0, 1, 2)).isTrue();
        assertThat(flood(share, flooded, 0, 2)).as("half of what is kept").isEqualTo(50);
    }

    @Test
    void givesWhatIsGivenBackToThoseBelowTheirShare() {
        FairShare share = new FairShare(1_600);
        Callers callers = new Callers(share, 2);
        callers.flood(0);
        Random random = new Random(SEED);

        for (int step = 0; step < 20_000; step++) {
            callers.giveBackOne(random);
            callers.ask(0, 1); // the flooder is always there first
            callers.ask(1, 1);
        }

        assertThat(callers.held[1]).isBetween(650L, 850L);
        assertThat(callers.held[0]).isBetween(650L, 850L);
    }

    @Test
    void neverGoesOverTheBoundAndNeverTurnsAwayAFirstPushThatFits() {
        for (int run = 0; run < 200; run++) {
            long seed = SEED + run;
            Random random = new Random(seed);
            FairShare share = new FairShare(1 + random.nextInt(500));
            Callers callers = new Callers(share, 1 + random.nextInt(8));
            for (int step = 0; step < 2_000; step++) {
                int who = random.nextInt(callers.held.length);
                if (random.nextInt(3) == 0) {
                    callers.held[who] -= random.nextInt((int) callers.held[who] + 1);
                    continue;
                }
                int asked = 1 + random.nextInt(20);
                boolean fits = callers.all() + asked <= share.bound();
                boolean first = callers.held[who] == 0;
                boolean admitted = callers.ask(who, asked);
                assertThat(callers.all()).as("seed %d", seed).isLessThanOrEqualTo(share.bound());
                assertThat(!first || admitted == fits).as("seed %d", seed).isTrue();
            }
        }
    }

    @Test
    void holdsNobodyToAShareWhileThereIsPlenty() {
        FairShare share = new FairShare(1_000);

        assertThat(share.admits(700, 700, 50, 100)).isTrue();
        assertThat(share.admits(700, 700, 51, 100)).isFalse();
    }

    @Test
    void doesNotOverflow() {
        FairShare share = new FairShare(Long.MAX_VALUE);

        assertThat(share.admits(Long.MAX_VALUE - 1, 0, 2, 1)).isFalse();
        assertThat(share.isOver(Long.MAX_VALUE, 1)).isTrue();
    }

    @Test
    void needsABound() {
        assertThatThrownBy(() -> new FairShare(0)).hasMessage("bound: 0 (expected: >= 1)");
    }

    /** How many pushes a caller gets in until it is turned away. */
    private static long flood(FairShare share, long held, long mine, int callers) {
        long got = 0;
        while (share.admits(held + got, mine + got, 1, callers)) {
            got++;
        }
        return got;
    }

    private static final class Callers {
        private final FairShare share;
        private final long[] held;

        Callers(FairShare share, int callers) {
            this.share = share;
            this.held = new long[callers];
        }

        long all() {
            return Arrays.stream(held).sum();
        }

        boolean ask(int who, long asked) {
            int active = (int) Arrays.stream(held).filter(one -> one > 0).count() + (held[who] == 0 ? 1 : 0);
            boolean admitted = share.admits(all(), held[who], asked, active);
            held[who] += admitted ? asked : 0;
            return admitted;
        }

        void flood(int who) {
            while (ask(who, 1)) {
                continue;
            }
        }

        /** One of all that are held, whoever's. */
        void giveBackOne(Random random) {
            long one = random.nextInt((int) all());
            for (int who = 0; who < held.length; who++) {
                if (one < held[who]) {
                    held[who]--;
                    return;
                }
                one -= held[who];
            }
        }
    }
}
