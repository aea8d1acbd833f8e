package io.pushmanager.core.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.fanout.FanOut;
import io.pushmanager.core.fanout.FanOutLimits;
import io.pushmanager.core.fanout.NodeSlot;
import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.outcome.PushResult;
import io.pushmanager.core.time.Clocks;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which nodes a push goes to, and what happens when the directory was wrong. The test is the directory and the nodes. */
class RoutedFanOutTest implements FanOut.Outbox, RouteDesk.Events {

    private static final long MILLI = 1_000_000;

    private final List<String> offered = new ArrayList<>();
    private final TreeMap<String, Long> matches = new TreeMap<>();
    private final Set<String> failing = new HashSet<>();
    private final TreeSet<String> untold = new TreeSet<>();
    private final TreeSet<String> nodes = new TreeSet<>();
    private final RoutedRouter router = new RoutedRouter();
    private final FanOut fanOut =
            new FanOut(new FanOutLimits(100, 100, 100, 120_000 * MILLI, 1 << 20), router, this, 0);
    private final RouteDesk desk = new RouteDesk(new RouteLimits(500 * MILLI, 100 * MILLI, 10, 10, 10_000), this);
    private final RoutedFanOut routed =
            new RoutedFanOut(fanOut, router, desk, new Clocks(() -> this.now, () -> this.now / MILLI));
    private long now = 77;
    private int questions;
    private int reroutes;
    private int ids;

    /** Where the directory says that everything is. */
    private List<NodeRef> holders = List.of();

    private static NodeInfo node(String name) {
        return new NodeInfo("node-" + name, name + ":1", "i-" + name, false, "", "", Set.of(), 0);
    }

    private static NodeRef ref(String name) {
        return NodeRef.of(node(name));
    }

    private void open(String... names) {
        fanOut.membershipKnown();
        for (String name : names) {
            nodes.add(name);
            routed.nodeUp(node(name));
            fanOut.clientOpened(name, node(name));
            matches.put(name, 1L);
        }
    }

    private void close(String name) {
        routed.nodeDown(node(name));
        fanOut.clientClosing(name);
        fanOut.clientClosed(name, "gone");
    }

    private void holdAt(String... names) {
        holders = Stream.of(names).map(RoutedFanOutTest::ref).toList();
    }

    private List<PushAnswer> push(Target target, AckLevel ack) {
        return push("id-" + ++ids, target, ack);
    }

    private List<PushAnswer> push(String id, Target target, AckLevel ack) {
        List<PushAnswer> answers = new ArrayList<>();
        PushMessage message = PushMessage.of(
                id, true, Api.PUSH_TO_ROOM, target, Content.text("x", 1), ack, now + 5_000 * MILLI, null);
        routed.push(message, now, answers::add);
        lookUp();
        return answers;
    }

    private void lookUp() {
        now++;
        for (RouteDesk.Batch batch = desk.next(now); batch != null; batch = desk.next(now)) {
            questions++;
            now++;
            Set<String> told = new HashSet<>();
            nodes.stream().filter(name -> !untold.contains(name)).forEach(name -> told.add("i:i-" + name));
            List<List<NodeRef>> answer = new ArrayList<>();
            batch.keys().forEach(key -> answer.add(holders));
            desk.answered(batch, new RouteAnswer(told, answer), now);
        }
    }

    @Override
    public void offer(NodeSlot client, MailboxEntry offer) {
        String name = client.clientId();
        offered.add(name);
        if (failing.contains(name)) {
            fanOut.update(client, offer.pushId(), NodeReport.rejected("node-" + name, Outcome.FAILED, "broken"));
            return;
        }
        fanOut.update(client, offer.pushId(), NodeReport.accepted("node-" + name));
        if (offer.message().ack() == AckLevel.DELIVERED) {
            long there = matches.get(name);
            fanOut.update(
                    client,
                    offer.pushId(),
                    NodeReport.reported("node-" + name, new DeliveryCounts(there, there, 0, 0, 0, 0, 0)));
        }
    }

    private static PushResult result(List<PushAnswer> answers) {
        assertThat(answers).hasSize(1);
        return (PushResult) answers.get(0);
    }

    private static PushError error(List<PushAnswer> answers) {
        assertThat(answers).hasSize(1);
        return (PushError) answers.get(0);
    }

    @Test
    void aRoomOnTwoOfTenNodesCostsOneQuestionAndTwoCalls() {
        open("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
        holdAt("c", "h");

        PushResult result = result(push(Target.room("r"), AckLevel.DELIVERED));

        assertThat(questions).isEqualTo(1);
        assertThat(offered).containsExactly("c", "h");
        assertThat(result.nodesTargeted()).isEqualTo(2);
        push(Target.room("r"), AckLevel.DELIVERED);
        assertThat(questions).as("the second push finds the route").isEqualTo(1);
    }

    @Test
    void aPushToEveryoneAsksNobody() {
        open("a", "b");

        push(Target.everyone(), AckLevel.ACCEPTED);

        assertThat(questions).isZero();
        assertThat(offered).containsExactly("a", "b");
    }

    @Test
    @Tag("bad-input-6")
    void whoIsNowhereGetsNothingAndThatIsNoError() {
        open("a");

        PushResult result = result(push(Target.user("u"), AckLevel.DELIVERED));

        assertThat(result.nodesTargeted()).isZero();
        assertThat(result.delivery()).isEqualTo(DeliveryCounts.NONE);
        assertThat(offered).isEmpty();
    }

    @Test
    void aNodeThatHasNotToldTheDirectoryEverythingGetsEachPush() {
        open("a", "b", "c");
        untold.add("c");
        holdAt("a");

        push(Target.room("r"), AckLevel.ACCEPTED);

        assertThat(offered).containsExactly("a", "c");
    }

    @Test
    void thatSuchANodeHasNobodyIsNoReasonToLookUpAgain() {
        open("a", "c");
        untold.add("c");
        matches.put("c", 0L);
        holdAt("a");
        push(Target.room("r"), AckLevel.DELIVERED);
        push(Target.room("r"), AckLevel.DELIVERED);

        assertThat(questions).isEqualTo(1);
    }

    @Test
    @Tag("fault-17")
    void aRouteToANodeThatHasNobodyCostsOneRefreshAndOneReroute() {
        open("a", "b");
        holdAt("a");
        push(Target.user("u"), AckLevel.DELIVERED);
        matches.put("a", 0L);
        holdAt("b");
        offered.clear();

        List<PushAnswer> answers = push(Target.user("u"), AckLevel.DELIVERED);
        lookUp();

        assertThat(offered).containsExactly("a", "b");
        assertThat(questions).isEqualTo(2);
        assertThat(reroutes).isEqualTo(1);
        assertThat(result(answers).nodesTargeted()).isEqualTo(2);
        assertThat(result(answers).delivery().written()).isEqualTo(1);
        assertThat(result(answers).nodes()).extracting(NodeReport::nodeId).containsExactly("node-a", "node-b");
    }

    @Test
    @Tag("fault-17")
    void aSecondRouteThatIsWrongTooIsTheEnd() {
        open("a", "b");
        matches.replaceAll((name, there) -> 0L);
        holdAt("a");
        push(Target.user("u"), AckLevel.DELIVERED);
        holdAt("b");

        List<PushAnswer> answers = push(Target.user("u"), AckLevel.DELIVERED);
        lookUp();
        lookUp();

        assertThat(questions).isEqualTo(2);
        assertThat(result(answers).delivery().matched()).isZero();
    }

    @Test
    @Tag("fault-17")
    void aRouteToANodeThatFailsCostsOneRefreshAndOneReroute() {
        open("a", "b");
        holdAt("a");
        push(Target.user("u"), AckLevel.ACCEPTED);
        failing.add("a");
        holdAt("b");
        offered.clear();

        PushResult result = result(push(Target.user("u"), AckLevel.ACCEPTED));

        assertThat(offered).containsExactly("a", "b");
        assertThat(result.nodesAccepted()).isEqualTo(1);
    }

    @Test
    void anExcludedMemberIsNoReasonToDoubtTheRoute() {
        open("a");
        holdAt("a");
        matches.put("a", 0L);
        Target target = Target.room("r", Set.of("somebody"));
        push(target, AckLevel.DELIVERED);
        push(target, AckLevel.DELIVERED);

        assertThat(questions).isEqualTo(1);
    }

    @Test
    void theRepeatOfAPushIsAnsweredAsBefore() {
        open("a");
        holdAt("a");
        push("mine", Target.room("r"), AckLevel.DELIVERED);

        PushResult again = result(push("mine", Target.room("r"), AckLevel.DELIVERED));

        assertThat(offered).containsExactly("a");
        assertThat(again.delivery().written()).isEqualTo(1);
    }

    @Test
    void aNodeThatThisManagerDoesNotKnowYetIsAnErrorAndNotNobody() {
        open("a");
        holdAt("b");

        PushError error = error(push("mine", Target.user("u"), AckLevel.ACCEPTED));

        assertThat(error.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(error.reason()).isEqualTo("NODE_UNKNOWN");
        assertThat(error.retryAfterMillis()).isPositive();
        open("b");
        result(push("mine", Target.user("u"), AckLevel.ACCEPTED));
        assertThat(offered).containsExactly("b");
    }

    @Test
    void aNodeThatThisManagerDoesNotKnowYetIsNamedBesideTheOthers() {
        open("a");
        holdAt("a", "b");

        PushResult result = result(push(Target.room("r"), AckLevel.ACCEPTED));

        assertThat(result.nodesAccepted()).isEqualTo(1);
        assertThat(result.nodes())
                .extracting(NodeReport::nodeId, NodeReport::outcome)
                .contains(org.assertj.core.groups.Tuple.tuple("node-b", Outcome.FAILED));
        assertThat(result.nodesFailed()).isEqualTo(1);
    }

    @Test
    void aNodeThatHasGoneHasNobodyWhateverTheDirectorySays() {
        open("a", "b");
        holdAt("b");
        push(Target.user("u"), AckLevel.ACCEPTED);
        close("b");

        PushResult result = result(push(Target.user("u"), AckLevel.ACCEPTED));

        assertThat(result.nodesTargeted()).isZero();
        assertThat(questions).isEqualTo(2);
    }

    @Test
    void anotherProcessAtTheAddressIsNotTheOneThatIsMeant() {
        open("a");
        holders = List.of(new NodeRef("node-a", "a:1", "i-before"));

        assertThat(error(push(Target.user("u"), AckLevel.ACCEPTED)).reason()).isEqualTo("NODE_UNKNOWN");
    }

    @Test
    void aNodeThatDoesNotSayWhichProcessItIsIsFoundByItsAddress() {
        fanOut.membershipKnown();
        fanOut.clientOpened("old", new NodeInfo("connect-node-old:1", "old:1", "", false, "", "", Set.of(), 0));
        matches.put("old", 1L);
        holders = List.of(new NodeRef("whatever", "old:1", "i-x"));

        assertThat(result(push(Target.user("u"), AckLevel.ACCEPTED)).nodesAccepted())
                .isEqualTo(1);
    }

    @Test
    void whoWaitsWhenItDrainsIsRefused() {
        open("a");
        List<PushAnswer> answers = new ArrayList<>();
        PushMessage message = PushMessage.of(
                "id",
                false,
                Api.PUSH_TO_USER,
                Target.user("u"),
                Content.text("x", 1),
                AckLevel.ACCEPTED,
                now + 5_000 * MILLI,
                null);
        routed.push(message, now, answers::add);

        fanOut.drain();
        routed.drain();

        assertThat(error(answers).reason()).isEqualTo("DRAINING");
        assertThat(error(push(Target.user("u"), AckLevel.ACCEPTED)).reason()).isEqualTo("DRAINING");
        assertThat(questions).isLessThanOrEqualTo(1);
    }

    @Override
    public void ended(Api api, int nodesAccepted) {}

    @Override
    public void waits() {}

    @Override
    public void found() {}

    @Override
    public void rerouted() {
        reroutes++;
    }
}
