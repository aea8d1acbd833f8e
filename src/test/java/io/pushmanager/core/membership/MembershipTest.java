package io.pushmanager.core.membership;

import static io.pushmanager.core.membership.Nodes.A;
import static io.pushmanager.core.membership.Nodes.B;
import static io.pushmanager.core.membership.Nodes.named;
import static io.pushmanager.core.membership.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.membership.MembershipAction.Changed;
import io.pushmanager.core.membership.MembershipAction.Down;
import io.pushmanager.core.membership.MembershipAction.Up;
import io.pushmanager.core.membership.MembershipAction.Warned;
import io.pushmanager.core.membership.MembershipAction.Warning;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class MembershipTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long T0 = Long.MAX_VALUE - SECOND; // the monotonic clock may overflow

    private final Membership membership = new Membership(60 * SECOND);

    @Test
    void aNewKeyIsANodeUp() {
        assertThat(membership.put(node(A, "i1", 5), true)).containsExactly(new Up(node(A, "i1", 5)));
        assertThat(membership.nodes()).containsExactly(node(A, "i1", 5));
    }

    @Test
    void theSameDescriptionAgainIsNoNews() {
        membership.put(node(A, "i1", 5), true);

        assertThat(membership.put(node(A, "i1", 6), true)).isEmpty();
        assertThat(membership.nodes()).containsExactly(node(A, "i1", 6));
    }

    @Test
    void theSameInstanceDescribedOtherwiseIsAChange() {
        membership.put(node(A, "i1", 5), true);
        NodeInfo draining = node(A, "i1", 6).asDraining();

        assertThat(membership.put(draining, true)).containsExactly(new Changed(draining, false));
    }

    @Test
    void anotherInstanceAtTheAddressIsADownAndAnUp() {
        membership.put(node(A, "i1", 5), true);
        membership.link(A, "i1", true);

        assertThat(membership.put(node(A, "i2", 9), true))
                .containsExactly(
                        new Down(node(A, "i1", 9), "another process took its address"), new Up(node(A, "i2", 9)));
    }

    @Test
    void aKeyThatGoesTakesANodeWithoutConnectionAlongAtOnce() {
        membership.put(node(A, "i1", 5), true);

        assertThat(membership.deleted(A, 7, null, T0))
                .containsExactly(new Down(node(A, "i1", 7), "its key is gone and there is no connection to it"));
        assertThat(membership.nodes()).isEmpty();
    }

    @Test
    void aKeyThatGoesTakesANodeThatAnnouncedItsDrainAlongAtOnce() {
        membership.put(node(A, "i1", 5), true);
        membership.link(A, "i1", true);
        membership.put(node(A, "i1", 6).asDraining(), true);

        assertThat(membership.deleted(A, 7, null, T0))
                .containsExactly(new Down(node(A, "i1", 7).asDraining(), "it drained and left"));
    }

    @Test
    void aDrainThatOnlyTheDeletionBringsCounts() {
        membership.put(node(A, "i1", 5), true);
        membership.link(A, "i1", true);

        assertThat(membership.deleted(A, 7, node(A, "i1", 6).asDraining(), T0)).hasOnlyElementsOfType(Down.class);
    }

    @Test
    void aDrainOfAnotherInstanceDoesNotCount() {
        membership.put(node(A, "i1", 5), true);
        membership.link(A, "i1", true);

        assertThat(membership.deleted(A, 7, node(A, "i2", 6).asDraining(), T0))
                .containsExactly(new Changed(node(A, "i1", 7), true));
    }

    @Test
    void aConnectedNodeWhoseKeyGoesIsSuspectAndServed() {
        membership.put(node(A, "i1", 5), true);
        membership.link(A, "i1", true);

        assertThat(membership.deleted(A, 7, null, T0)).containsExactly(new Changed(node(A, "i1", 7), true));
        assertThat(membership.nodes()).hasSize(1);
    }

    @Test
    void aSuspectIsGoneWhenItsConnectionDies() {
        suspectAtT0();

        assertThat(membership.link(A, "i1", false))
                .containsExactly(new Down(node(A, "i1", 7), "its key was gone, and now its connection is too"));
    }

    @Test
    void aSuspectIsGoneAfterTheTimeOutAndNotBefore() {
        suspectAtT0();

        assertThat(membership.tick(T0 + 60 * SECOND - 1)).isEmpty();
        assertThat(membership.tick(T0 + 60 * SECOND))
                .containsExactly(new Down(node(A, "i1", 7), "its key has been gone for 60 s"));
        assertThat(membership.tick(T0 + 61 * SECOND)).isEmpty();
    }

    @Test
    void aSuspectWhoseKeyIsBackIsTrustedAgain() {
        suspectAtT0();

        assertThat(membership.put(node(A, "i1", 8), true)).containsExactly(new Changed(node(A, "i1", 8), false));
        assertThat(membership.tick(T0 + 100 * SECOND)).isEmpty();
    }

    @Test
    void aSuspectReplacedByAnotherInstanceIsADownAndAnUp() {
        suspectAtT0();

        assertThat(membership.put(node(A, "i2", 8), true))
                .hasSize(2)
                .first()
                .isEqualTo(new Down(node(A, "i1", 8), "another process took its address"));
    }

    @Test
    void timeWithoutTheRegistryRemovesNobody() {
        suspectAtT0();
        membership.sourceLost(T0 + 50 * SECOND);

        assertThat(membership.tick(T0 + 500 * SECOND)).isEmpty();

        membership.sourceRegained(T0 + 500 * SECOND);
        assertThat(membership.tick(T0 + 510 * SECOND - 1)).isEmpty();
        assertThat(membership.tick(T0 + 510 * SECOND)).hasOnlyElementsOfType(Down.class);
    }

    @Test
    void aNodeNobodyDoubtsKeepsItsPlaceWhenItsConnectionDies() {
        membership.put(node(A, "i1", 5), true);
        membership.link(A, "i1", true);

        assertThat(membership.link(A, "i1", false)).isEmpty();
        assertThat(membership.nodes()).hasSize(1);
    }

    @Test
    void theLinkOfAnotherInstanceSaysNothing() {
        membership.put(node(A, "i2", 5), true);

        assertThat(membership.link(A, "i1", true)).isEmpty();
        assertThat(membership.deleted(A, 6, null, T0)).hasOnlyElementsOfType(Down.class);
        assertThat(membership.link(B, "i1", true)).isEmpty();
    }

    @Test
    @Tag("bad-input-19")
    void anInvalidValueIsToldOnceForEachRevisionAndTheLastGoodOneStays() {
        membership.put(node(A, "i1", 5), true);

        assertThat(membership.invalid(A, 6, "the value is empty"))
                .containsExactly(new Warned(
                        Warning.INVALID_VALUE,
                        "key " + A + " at revision 6: the value is empty; its last good value stays in use"));
        assertThat(membership.invalid(A, 6, "the value is empty")).isEmpty();
        assertThat(membership.invalid(A, 7, "the value is empty")).hasSize(1);
        assertThat(membership.nodes()).containsExactly(node(A, "i1", 5));
    }

    @Test
    @Tag("bad-input-19")
    void anInvalidValueOfAnUnknownKeyIsSkipped() {
        assertThat(membership.invalid(B, 6, "bad"))
                .containsExactly(new Warned(Warning.INVALID_VALUE, "key " + B + " at revision 6: bad; skipped"));
        assertThat(membership.nodes()).isEmpty();
        assertThat(membership.deleted(B, 7, null, T0)).isEmpty();
    }

    @Test
    @Tag("bad-input-20")
    void oneNodeIdUnderTwoKeysIsWarnedAboutOnceAndBothAreServed() {
        membership.put(named("n", A, "i1", 5), true);

        List<MembershipAction> actions = membership.put(named("n", B, "i2", 6), true);

        assertThat(actions).first().isEqualTo(new Up(named("n", B, "i2", 6)));
        assertThat(actions).last().satisfies(last -> {
            Warned warned = (Warned) last;
            assertThat(warned.warning()).isEqualTo(Warning.SAME_NODE_ID);
            assertThat(warned.text()).contains(A, B, "the newest is " + B + " at revision 6");
        });
        assertThat(membership.nodes()).hasSize(2);
        assertThat(membership.put(named("n", B, "i2", 7), true)).isEmpty();
    }

    @Test
    @Tag("bad-input-20")
    void aNodeIdIsFreeAgainWhenItsNodeIsGone() {
        membership.put(named("n", A, "i1", 5), true);
        membership.deleted(A, 6, null, T0);

        assertThat(membership.put(named("n", B, "i2", 7), true)).hasOnlyElementsOfType(Up.class);
    }

    @Test
    @Tag("bad-input-20")
    void takingTheNodeIdOfAnotherIsWarnedAbout() {
        membership.put(named("n", A, "i1", 5), true);
        membership.put(named("m", B, "i2", 6), true);

        assertThat(membership.put(named("n", B, "i2", 7), true)).hasAtLeastOneElementOfType(Warned.class);
    }

    @Test
    @Tag("bad-input-21")
    void aKeyWithoutALeaseIsAcceptedAndFlaggedOnce() {
        List<MembershipAction> actions = membership.put(node(A, "i1", 5), false);

        assertThat(actions).first().isEqualTo(new Up(node(A, "i1", 5)));
        assertThat(actions).last().satisfies(last -> assertThat(((Warned) last).warning())
                .isEqualTo(Warning.NO_LEASE));
        assertThat(membership.put(node(A, "i1", 6), false)).isEmpty();
    }

    @Test
    @Tag("bad-input-20")
    void aNodeIdIsFreeAgainWhenItsNodeTakesAnother() {
        membership.put(named("n", A, "i1", 5), true);
        membership.put(named("m", A, "i1", 6), true);

        assertThat(membership.put(named("n", B, "i2", 7), true)).hasOnlyElementsOfType(Up.class);
    }

    @Test
    @Tag("bad-input-20")
    void aNodeIdStaysTakenWhileOneOfItsNodesIsLeft() {
        membership.put(named("n", A, "i1", 5), true);
        membership.put(named("n", B, "i2", 6), true);
        membership.deleted(A, 7, null, T0);

        assertThat(membership.put(named("n", A, "i3", 8), true)).hasAtLeastOneElementOfType(Warned.class);
    }

    private void suspectAtT0() {
        membership.put(node(A, "i1", 5), true);
        membership.link(A, "i1", true);
        membership.deleted(A, 7, null, T0);
    }
}
