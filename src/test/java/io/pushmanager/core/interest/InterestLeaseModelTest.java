package io.pushmanager.core.interest;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.interest.LeaseModel.Sabotage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever was told that he joined is missed by nobody: the node's side and the manager's against one another, seed by seed. */
class InterestLeaseModelTest {

    private static final int SEEDS = 400;

    @Test
    void neverMissesWhoWasToldThatHeJoined() {
        long held = 0;
        long passedBy = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            LeaseModel model = new LeaseModel(seed, Sabotage.NONE).run();
            assertThat(model.violations()).as("seed %d", seed).isEmpty();
            held += model.held();
            passedBy += model.passedBy();
        }
        assertThat(held).as("joins that had to wait").isGreaterThan(SEEDS);
        assertThat(passedBy).as("pushes that need not be sent").isGreaterThan(SEEDS);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void noticesWhatIsDoneWrong(Sabotage sabotage) {
        boolean caught = false;
        for (long seed = 0; seed < 20 * SEEDS && !caught; seed++) {
            caught = !new LeaseModel(seed, sabotage).run().violations().isEmpty();
        }
        assertThat(caught).isTrue();
    }
}
