package io.pushmanager.core.interest;

import static io.pushmanager.core.interest.OneLink.T;
import static io.pushmanager.core.interest.OneLink.written;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which leases are granted, and what they hold back until every manager knows. */
class InterestGateTest {

    private static final long BOUND = T + T / 100;

    private final OneLink link = new OneLink(1_000_000);

    private void hold(String what, long nowNanos) {
        link.gate.hold(List.of(what), nowNanos);
    }

    @Test
    void grantsNoLeaseBeforeEverythingIsWritten() {
        link.own.opened();
        assertThat(link.own.lease(T, 0)).isFalse();
        link.onlyWritten();
        link.gate.roomCame(1);
        assertThat(link.own.lease(T, 0)).isFalse();
        link.onlyWritten();
        assertThat(link.own.lease(T, 0)).isTrue();
    }

    @Test
    void grantsNoLeaseLongerThanItsLimit() {
        link.own.opened();
        link.onlyWritten();

        assertThat(link.own.lease(5 * T + 1, 0)).isFalse();
        assertThat(link.own.lease(-1, 0)).isFalse(); // beyond what a signed number holds
        assertThat(link.own.lease(0, 0)).isFalse();
        assertThat(link.own.lease(5 * T, 0)).isTrue();
    }

    @Test
    void holdsNothingWithoutALease() {
        link.own.opened();
        link.gate.roomCame(1);

        hold("join", 0);

        assertThat(link.gate.takeReleased()).containsExactly("join");
    }

    @Test
    void holdsAJoinUntilItIsAcknowledged() {
        link.lease();
        link.gate.roomCame(1);
        hold("join", 1);
        InterestUpdate update = link.onlyWritten();
        assertThat(link.gate.takeReleased()).isEmpty();

        link.own.acknowledged(update.version());

        assertThat(link.gate.takeReleased()).containsExactly("join");
    }

    @Test
    void holdsEveryJoinThatIsNotAcknowledged() {
        link.lease();
        link.gate.roomCame(1);
        hold("first", 1);
        link.onlyWritten();
        hold("second", 2);
        link.gate.roomCame(2);
        hold("third", 3);
        link.onlyWritten();

        link.own.acknowledged(2);
        assertThat(link.gate.takeReleased()).containsExactly("first", "second");
        link.own.acknowledged(3);
        assertThat(link.gate.takeReleased()).containsExactly("third");
    }

    @Test
    void holdsNothingThatAllHaveAcknowledged() {
        link.lease();

        hold("join", 1);

        assertThat(link.gate.takeReleased()).containsExactly("join");
    }

    @Test
    void letsGoWhenTheLeaseAndItsMarginHaveEnded() {
        link.lease();
        link.gate.roomCame(1);
        hold("join", 1);
        link.onlyWritten();
        assertThat(link.gate.nanosUntilExpiry(1)).isEqualTo(BOUND - 1);

        link.gate.expire(BOUND - 1);
        assertThat(link.gate.takeReleased()).isEmpty();
        link.gate.expire(BOUND);
        assertThat(link.gate.takeReleased()).containsExactly("join");
        assertThat(link.gate.nanosUntilExpiry(BOUND)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void isNotHeldUpByALeaseThatCameAfterItWasWritten() {
        link.lease();
        link.gate.roomCame(1);
        hold("join", 1);
        link.onlyWritten();
        for (long now = T / 4; now < BOUND; now += T / 4) {
            assertThat(link.own.lease(T, now)).isTrue();
        }

        link.gate.expire(BOUND);

        assertThat(link.gate.takeReleased()).containsExactly("join");
    }

    @Test
    void waitsForALeaseAfterItsStreamBroke() {
        link.lease();
        link.own.broke();
        link.gate.roomCame(1);
        hold("join", 1);

        link.gate.expire(BOUND - 1);
        assertThat(link.gate.takeReleased()).isEmpty();
        link.gate.expire(BOUND);
        assertThat(link.gate.takeReleased()).containsExactly("join");
    }

    @Test
    void letsGoWhenTheNextStreamHasCaughtUp() {
        link.lease();
        link.gate.roomCame(1);
        hold("before", 1);
        link.onlyWritten();
        link.own.broke();
        hold("between", 2);

        link.own.opened();
        assertThat(link.own.acknowledged(link.onlyWritten().version())).isTrue();

        assertThat(link.gate.takeReleased()).containsExactly("before", "between");
    }

    @Test
    void waitsForEveryManager() {
        link.lease();
        InterestLink<String> other = link.gate.newLink();
        other.opened();
        written(other, false);
        other.acknowledged(1);
        other.lease(T, T / 2);
        link.gate.roomCame(1);
        hold("join", T / 2);
        link.onlyWritten();
        written(other, false);

        link.own.acknowledged(2);
        assertThat(link.gate.takeReleased()).isEmpty();
        link.gate.expire(BOUND);
        assertThat(link.gate.takeReleased()).isEmpty();
        link.gate.expire(BOUND + T / 2);

        assertThat(link.gate.takeReleased()).containsExactly("join");
    }

    @Test
    void forgetsAManagerOnlyWhenItsLeaseHasEnded() {
        link.lease();
        link.own.broke();
        link.gate.expire(BOUND - 1);
        link.gate.roomCame(1);
        hold("held", BOUND - 1);
        assertThat(link.gate.takeReleased()).isEmpty();
        link.gate.expire(BOUND);
        assertThat(link.gate.takeReleased()).containsExactly("held");

        link.own.opened(); // it comes back

        assertThat(link.onlyWritten().roomsAdded()).containsExactly(1);
    }
}
