package io.pushmanager.core.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.interest.InterestChange;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class InterestRouterTest {

    private static final long[] NONE = {};
    private static final long LEASE = 2_000;

    private final InterestRouter router = new InterestRouter(InterestRouterTest::hash, 7);
    private final NodeTable nodes = new NodeTable();
    private long now = 50;
    private long version;

    @Test
    void aPushToARoomGoesToItsNodesAlone() {
        open("a", "b", "c");
        holds("a", rooms("red"), NONE);
        holds("b", rooms("blue"), NONE);
        holds("c", rooms("red", "blue"), NONE);

        assertThat(route(Target.room("red"))).containsExactlyInAnyOrder("a", "c");
        assertThat(route(Target.room("red", Set.of("user-1"))))
                .as("others may be in the room")
                .containsExactlyInAnyOrder("a", "c");
        assertThat(route(Target.room("blue"))).containsExactlyInAnyOrder("b", "c");
        assertThat(route(Target.room("green"))).isEmpty();
    }

    @Test
    void aPushToAUserGoesToItsNodesAlone() {
        open("a", "b");
        holds("a", NONE, users("ann"));
        holds("b", rooms("ann"), users("bob"));

        assertThat(route(Target.user("ann"))).containsExactly("a");
        assertThat(route(Target.user("eve"))).isEmpty();
        assertThat(route(new Target("", List.of("ann", "bob", "eve"), Set.of())))
                .containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aPushToAUserInARoomGoesWhereBothAre() {
        open("a", "b", "c");
        holds("a", rooms("red"), users("ann"));
        holds("b", rooms("red"), users("bob"));
        holds("c", rooms("blue"), users("ann"));

        assertThat(route(Target.userInRoom("ann", "red"))).containsExactly("a");
        assertThat(route(Target.userInRoom("eve", "red"))).isEmpty();
    }

    @Test
    void aPushToEveryoneGoesEverywhere() {
        open("a", "b");
        holds("a", NONE, NONE);

        assertThat(route(Target.everyone())).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aNodeThatSaysNothingGetsEverything() {
        open("a", "legacy");
        holds("a", rooms("red"), NONE);

        assertThat(route(Target.room("red"))).containsExactlyInAnyOrder("a", "legacy");
        assertThat(route(Target.room("blue"))).containsExactly("legacy");
    }

    @Test
    void aNodeGetsEverythingOnceItsLeaseHasEnded() {
        open("a", "b");
        holds("a", rooms("red"), NONE);
        now += 1_000;
        holds("b", rooms("blue"), NONE);
        now += 999;
        assertThat(route(Target.room("green"))).isEmpty();

        now += 1;
        assertThat(route(Target.room("green"))).containsExactly("a");
        assertThat(route(Target.room("blue"))).containsExactlyInAnyOrder("a", "b");
        now += 1_000;
        assertThat(route(Target.room("green"))).containsExactlyInAnyOrder("a", "b");
        lease("a");
        assertThat(route(Target.room("green"))).containsExactly("b");
    }

    @Test
    void aLeaseThatIsRenewedNeverEnds() {
        open("a");
        holds("a", rooms("red"), NONE);
        for (int beat = 0; beat < 20; beat++) {
            now += 500;
            lease("a");
            assertThat(route(Target.room("green"))).isEmpty();
        }
    }

    @Test
    void aNewSnapshotMakesANodeGetEverythingUntilItEnds() {
        open("a");
        holds("a", rooms("red"), NONE);
        NodeSlot slot = slot("a");
        router.apply(slot, change(true, false, rooms("blue"), NONE));
        assertThat(route(Target.room("green"))).containsExactly("a");

        router.apply(slot, change(false, true, NONE, NONE));
        assertThat(route(Target.room("green"))).isEmpty();
        assertThat(route(Target.room("red"))).isEmpty();
        assertThat(route(Target.room("blue"))).containsExactly("a");
    }

    @Test
    void anUpdateCountsAtOnce() {
        open("a");
        holds("a", rooms("red"), NONE);
        assertThat(route(Target.room("blue"))).isEmpty();

        router.apply(slot("a"), change(false, true, rooms("blue"), NONE));
        assertThat(route(Target.room("blue"))).containsExactly("a");
    }

    @Test
    void aNodeThatNamesNoUsersGetsThePushesForAllUsers() {
        open("a", "b");
        holds("a", rooms("red"), NONE);
        holds("b", NONE, users("ann"));
        router.apply(slot("a"), new InterestChange(1, ++version, false, true, true, NONE, NONE, NONE, NONE));

        assertThat(route(Target.user("ann"))).containsExactlyInAnyOrder("a", "b");
        assertThat(route(Target.userInRoom("ann", "red"))).containsExactly("a");
        assertThat(route(Target.userInRoom("ann", "blue"))).isEmpty();
        assertThat(route(Target.room("blue"))).isEmpty();
    }

    @Test
    void aNodeThatTakesNoOffersGetsNone() {
        open("a", "b");
        holds("a", rooms("red"), NONE);
        holds("b", rooms("red"), NONE);
        nodes.closing("a");

        assertThat(route(Target.room("red"))).containsExactly("b");
    }

    @Test
    void aNodeThatIsGoneLeavesNothing() {
        open("a", "b");
        holds("a", rooms("red"), NONE);
        holds("b", rooms("blue"), NONE);
        NodeSlot gone = slot("a");
        nodes.closed("a");
        router.closed(gone);
        while (router.clean()) {
            // to the end
        }

        assertThat(route(Target.room("red"))).isEmpty();
        assertThat(router.entries()).isEqualTo(1);
    }

    @Test
    void saysHowManyNodesGetEverything() {
        open("a", "b", "c");
        holds("a", NONE, NONE);
        holds("b", NONE, NONE);
        assertThat(router.untrusted(nodes, now)).isEqualTo(1);

        assertThat(router.untrusted(nodes, now + LEASE)).isEqualTo(3);
    }

    @Test
    void aRoomOnTwoOfTenNodesCostsTwo() {
        String[] names = new String[10];
        for (int i = 0; i < names.length; i++) {
            names[i] = "n" + i;
        }
        open(names);
        for (String name : names) {
            holds(name, name.equals("n3") || name.equals("n7") ? rooms("red") : rooms("of-" + name), NONE);
        }

        assertThat(route(Target.room("red"))).containsExactlyInAnyOrder("n3", "n7");
    }

    private void open(String... names) {
        for (String name : names) {
            nodes.opened(name, FanOutHarness.node(name));
        }
    }

    private void holds(String name, long[] rooms, long[] users) {
        router.apply(slot(name), change(true, true, rooms, users));
        lease(name);
    }

    private void lease(String name) {
        router.granted(slot(name), 1, 0, now + LEASE);
    }

    private InterestChange change(boolean begins, boolean ends, long[] rooms, long[] users) {
        version++;
        return new InterestChange(1, version, begins, ends, false, rooms, NONE, users, NONE);
    }

    private NodeSlot slot(String name) {
        NodeSlot slot = nodes.find(name);
        assertThat(slot).isNotNull();
        return slot;
    }

    private List<String> route(Target target) {
        PushMessage push = PushMessage.of(
                "id", false, Api.PUSH_TO_ROOM, target, Content.text("hi", 1), AckLevel.ACCEPTED, Long.MAX_VALUE, null);
        List<String> names = new ArrayList<>();
        for (NodeSlot slot : router.route(push, nodes, now)) {
            names.add(slot.clientId());
        }
        return names;
    }

    private static long[] rooms(String... ids) {
        return Arrays.stream(ids).mapToLong(InterestRouterTest::hash).toArray();
    }

    private static long[] users(String... ids) {
        return rooms(ids);
    }

    private static long hash(String id) {
        return id.hashCode() * 0x9E37_79B9_7F4A_7C15L;
    }
}
