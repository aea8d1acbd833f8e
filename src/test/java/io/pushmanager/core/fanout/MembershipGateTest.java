package io.pushmanager.core.fanout;

import static io.pushmanager.core.fanout.FanOutHarness.node;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MembershipGateTest {

    private final MembershipGate gate = new MembershipGate(100);

    @Test
    void opensWithAnEmptyFirstList() {
        assertThat(gate.isOpen(0)).isFalse();
        gate.listed(0);
        assertThat(gate.isOpen(0)).isTrue();
    }

    @Test
    void waitsForTheClientOfEveryNodeOfTheFirstList() {
        gate.nodeUp(node("a"));
        gate.nodeUp(node("b"));
        gate.clientOpened(node("a"));
        gate.listed(0);
        assertThat(gate.isOpen(0)).isFalse();

        gate.clientOpened(node("b"));
        assertThat(gate.isOpen(0)).isTrue();
    }

    @Test
    void takesAClientThatOpensBeforeItsNodeIsAnnounced() {
        gate.clientOpened(node("a"));
        gate.nodeUp(node("a"));
        gate.listed(0);

        assertThat(gate.isOpen(0)).isTrue();
    }

    @Test
    void doesNotWaitForANodeThatWentAgain() {
        gate.nodeUp(node("a"));
        gate.listed(0);
        gate.nodeDown(node("a"));

        assertThat(gate.isOpen(0)).isTrue();
    }

    @Test
    void doesNotWaitForNodesAfterTheFirstList() {
        gate.listed(0);
        gate.nodeUp(node("late"));

        assertThat(gate.isOpen(0)).isTrue();
    }

    @Test
    void waitsNoLongerThanTheGraceAfterTheFirstList() {
        gate.nodeUp(node("a"));
        gate.listed(50);
        gate.listed(120);

        assertThat(gate.isOpen(149)).isFalse();
        assertThat(gate.isOpen(150)).isTrue();
    }
}
