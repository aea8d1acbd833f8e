package io.pushmanager.core.canary;

import static io.pushmanager.core.canary.Canary.Advice.JOIN_AGAIN;
import static io.pushmanager.core.canary.Canary.Advice.NOTHING;
import static io.pushmanager.core.canary.Canary.Advice.REGISTER_AGAIN;
import static io.pushmanager.core.canary.Canary.Sight.DEAD;
import static io.pushmanager.core.canary.Canary.Sight.REACHED;
import static io.pushmanager.core.canary.Canary.Sight.UNREACHED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CanaryTest {

    private final Canary canary = new Canary();

    @Test
    void doesNothingWhileItIsReached() {
        assertThat(see(10, REACHED)).containsOnly(NOTHING);
        assertThat(canary.isWell()).isTrue();
    }

    @Test
    void forgivesOneBadSight() {
        assertThat(canary.see(UNREACHED)).isEqualTo(NOTHING);
        assertThat(canary.see(REACHED)).isEqualTo(NOTHING);
        assertThat(canary.see(UNREACHED)).isEqualTo(NOTHING);
    }

    @Test
    void registersAgainAndJoinsAgainWhenThatDoesNotHelp() {
        assertThat(see(7, UNREACHED))
                .containsExactly(
                        NOTHING,
                        REGISTER_AGAIN,
                        REGISTER_AGAIN,
                        REGISTER_AGAIN,
                        REGISTER_AGAIN,
                        REGISTER_AGAIN,
                        JOIN_AGAIN);
    }

    @Test
    void aMemberThatJoinedAgainGetsTheSamePatience() {
        see(7, UNREACHED);

        assertThat(see(2, UNREACHED)).containsExactly(NOTHING, REGISTER_AGAIN);
    }

    @Test
    void joinsAgainSoonWhenTheEngineIsDead() {
        assertThat(see(2, DEAD)).containsExactly(NOTHING, JOIN_AGAIN);
    }

    @Test
    void saysThatItIsUnwellOnlyAfterTheSecondBadSight() {
        canary.see(UNREACHED);
        assertThat(canary.isWell()).isTrue();
        canary.see(UNREACHED);
        assertThat(canary.isWell()).isFalse();
    }

    private List<Canary.Advice> see(int times, Canary.Sight sight) {
        List<Canary.Advice> advice = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            advice.add(canary.see(sight));
        }
        return advice;
    }
}
