package io.pushmanager.core.routes;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which nodes a push goes to, and what happens when the directory was wrong. */
class RoutedFanOutTest {

    private final PlayedDirectory directory = new PlayedDirectory();

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
        directory.open("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
        directory.holdAt("c", "h");

        PushResult result = result(directory.push(Target.room("r"), AckLevel.DELIVERED));

        assertThat(directory.questions).isEqualTo(1);
        assertThat(directory.offered).containsExactly("c", "h");
        assertThat(result.nodesTargeted()).isEqualTo(2);
        directory.push(Target.room("r"), AckLevel.DELIVERED);
        assertThat(directory.questions).as("the second push finds the route").isEqualTo(1);
    }

    @Test
    void aPushToEveryoneAsksNobody() {
        directory.open("a", "b");

        directory.push(Target.everyone(), AckLevel.ACCEPTED);

        assertThat(directory.questions).isZero();
        assertThat(directory.offered).containsExactly("a", "b");
    }

    @Test
    @Tag("bad-input-6")
    void whoIsNowhereGetsNothingAndThatIsNoError() {
        directory.open("a");

        PushResult result = result(directory.push(Target.user("u"), AckLevel.DELIVERED));

        assertThat(result.nodesTargeted()).isZero();
        assertThat(result.delivery()).isEqualTo(DeliveryCounts.NONE);
        assertThat(directory.offered).isEmpty();
    }

    @Test
    void aNodeThatHasNotToldTheDirectoryEverythingGetsEachPush() {
        directory.open("a", "b", "c");
        directory.untold.add("c");
        directory.holdAt("a");

        directory.push(Target.room("r"), AckLevel.ACCEPTED);

        assertThat(directory.offered).containsExactly("a", "c");
    }

    @Test
    void thatSuchANodeHasNobodyIsNoReasonToLookUpAgain() {
        directory.open("a", "c");
        directory.untold.add("c");
        directory.matches.put("c", 0L);
        directory.holdAt("a");
        directory.push(Target.room("r"), AckLevel.DELIVERED);
        directory.push(Target.room("r"), AckLevel.DELIVERED);

        assertThat(directory.questions).isEqualTo(1);
    }

    @Test
    @Tag("fault-17")
    void aRouteToANodeThatHasNobodyCostsOneRefreshAndOneReroute() {
        directory.open("a", "b");
        directory.holdAt("a");
        directory.push(Target.user("u"), AckLevel.DELIVERED);
        directory.matches.put("a", 0L);
        directory.holdAt("b");
        directory.offered.clear();

        List<PushAnswer> answers = directory.push(Target.user("u"), AckLevel.DELIVERED);
        directory.lookUp();

        assertThat(directory.offered).containsExactly("a", "b");
        assertThat(directory.questions).isEqualTo(2);
        assertThat(directory.reroutes).isEqualTo(1);
        assertThat(result(answers).nodesTargeted()).isEqualTo(2);
        assertThat(result(answers).delivery().written()).isEqualTo(1);
        assertThat(result(answers).nodes()).extracting(NodeReport::nodeId).containsExactly("node-a", "node-b");
    }

    @Test
    @Tag("fault-17")
    void aSecondRouteThatIsWrongTooIsTheEnd() {
        directory.open("a", "b");
        directory.matches.replaceAll((name, there) -> 0L);
        directory.holdAt("a");
        directory.push(Target.user("u"), AckLevel.DELIVERED);
        directory.holdAt("b");

        List<PushAnswer> answers = directory.push(Target.user("u"), AckLevel.DELIVERED);
        directory.lookUp();
        directory.lookUp();

        assertThat(directory.questions).isEqualTo(2);
        assertThat(result(answers).delivery().matched()).isZero();
    }

    @Test
    @Tag("fault-17")
    void aRouteToANodeThatFailsCostsOneRefreshAndOneReroute() {
        directory.open("a", "b");
        directory.holdAt("a");
        directory.push(Target.user("u"), AckLevel.ACCEPTED);
        directory.failing.add("a");
        directory.holdAt("b");
        directory.offered.clear();

        PushResult result = result(directory.push(Target.user("u"), AckLevel.ACCEPTED));

        assertThat(directory.offered).containsExactly("a", "b");
        assertThat(result.nodesAccepted()).isEqualTo(1);
    }

    @Test
    void anExcludedMemberIsNoReasonToDoubtTheRoute() {
        directory.open("a");
        directory.holdAt("a");
        directory.matches.put("a", 0L);
        Target target = Target.room("r", Set.of("somebody"));
        directory.push(target, AckLevel.DELIVERED);
        directory.push(target, AckLevel.DELIVERED);

        assertThat(directory.questions).isEqualTo(1);
    }

    @Test
    void theRepeatOfAPushIsAnsweredAsBefore() {
        directory.open("a");
        directory.holdAt("a");
        directory.push("mine", Target.room("r"), AckLevel.DELIVERED);

        PushResult again = result(directory.push("mine", Target.room("r"), AckLevel.DELIVERED));

        assertThat(directory.offered).containsExactly("a");
        assertThat(again.delivery().written()).isEqualTo(1);
    }

    @Test
    void aNodeThatThisManagerDoesNotKnowYetIsAnErrorAndNotNobody() {
        directory.open("a");
        directory.holdAt("b");

        PushError error = error(directory.push("mine", Target.user("u"), AckLevel.ACCEPTED));

        assertThat(error.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(error.reason()).isEqualTo("NODE_UNKNOWN");
        assertThat(error.retryAfterMillis()).isPositive();
        directory.open("b");
        result(directory.push("mine", Target.user("u"), AckLevel.ACCEPTED));
        assertThat(directory.offered).containsExactly("b");
    }

    @Test
    void aNodeThatThisManagerDoesNotKnowYetIsNamedBesideTheOthers() {
        directory.open("a");
        directory.holdAt("a", "b");

        PushResult result = result(directory.push(Target.room("r"), AckLevel.ACCEPTED));

        assertThat(result.nodesAccepted()).isEqualTo(1);
        assertThat(result.nodes())
                .extracting(NodeReport::nodeId, NodeReport::outcome)
                .contains(org.assertj.core.groups.Tuple.tuple("node-b", Outcome.FAILED));
        assertThat(result.nodesFailed()).isEqualTo(1);
    }

    @Test
    void aNodeThatHasGoneHasNobodyWhateverTheDirectorySays() {
        directory.open("a", "b");
        directory.holdAt("b");
        directory.push(Target.user("u"), AckLevel.ACCEPTED);
        directory.close("b");

        PushResult result = result(directory.push(Target.user("u"), AckLevel.ACCEPTED));

        assertThat(result.nodesTargeted()).isZero();
        assertThat(directory.questions).isEqualTo(2);
    }

    @Test
    void anotherProcessAtTheAddressIsNotTheOneThatIsMeant() {
        directory.open("a");
        directory.holders = List.of(new NodeRef("node-a", "a:1", "i-before"));

        assertThat(error(directory.push(Target.user("u"), AckLevel.ACCEPTED)).reason())
                .isEqualTo("NODE_UNKNOWN");
    }

    @Test
    void aNodeThatDoesNotSayWhichProcessItIsIsFoundByItsAddress() {
        directory.fanOut.membershipKnown();
        directory.fanOut.clientOpened(
                "old", new NodeInfo("connect-node-old:1", "old:1", "", false, "", "", Set.of(), 0));
        directory.matches.put("old", 1L);
        directory.holders = List.of(new NodeRef("whatever", "old:1", "i-x"));

        assertThat(result(directory.push(Target.user("u"), AckLevel.ACCEPTED)).nodesAccepted())
                .isEqualTo(1);
    }

    @Test
    void whoWaitsWhenItDrainsIsRefused() {
        directory.open("a");
        List<PushAnswer> answers = new ArrayList<>();
        PushMessage message = PushMessage.of(
                "id",
                false,
                Api.PUSH_TO_USER,
                Target.user("u"),
                Content.text("x", 1),
                AckLevel.ACCEPTED,
                directory.now + 5_000 * PlayedDirectory.MILLI,
                null);
        directory.routed.push(message, directory.now, answers::add);

        directory.fanOut.drain();
        directory.routed.drain();

        assertThat(error(answers).reason()).isEqualTo("DRAINING");
        assertThat(error(directory.push(Target.user("u"), AckLevel.ACCEPTED)).reason())
                .isEqualTo("DRAINING");
        assertThat(directory.questions).isLessThanOrEqualTo(1);
    }
}
