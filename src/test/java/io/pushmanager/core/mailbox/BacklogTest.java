package io.pushmanager.core.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Handling;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BacklogTest implements Backlog.Ends<Waiting> {

    private static final long SECOND = 1_000_000_000;
    private static final Handling KEY = Handling.of(Priority.NORMAL, Handling.NEVER, "k");

    private final List<String> said = new ArrayList<>();
    private Backlog<Waiting> backlog = backlog(Overflow.REJECT_NEW, 100);
    private long number;

    @Test
    void aNewerPushOfAKeyTakesTheOldersPlaceButAtTheEnd() {
        offer(room("a"), KEY, 0);
        offer(room("a"), Handling.NORMAL, 0);
        offer(room("a"), KEY, 0);

        assertThat(said).containsExactly("0 conflated");
        assertThat(takeAll()).containsExactly(1L, 2L);
    }

    @Test
    void otherPeopleOrAnotherPriorityAreAnotherKey() {
        offer(room("a"), KEY, 0);
        offer(room("b"), KEY, 0);
        offer(Target.room("a", Set.of("not-me")), KEY, 0);
        offer(room("a"), Handling.of(Priority.HIGH, Handling.NEVER, "k"), 0);

        assertThat(said).isEmpty();
        assertThat(backlog.messages()).isEqualTo(4);
    }

    @Test
    void whatIsUnderWayIsNotReplaced() {
        offer(room("a"), KEY, 0);
        backlog.take(Objects.requireNonNull(backlog.peek(0)));

        offer(room("a"), KEY, 0);

        assertThat(said).isEmpty();
        assertThat(takeAll()).containsExactly(1L);
    }

    @Test
    void aKeyThatChangesAllTheTimeIsPutOffForABoundedTimeOnly() {
        for (int i = 0; i < 25; i++) {
            offer(room("a"), KEY, i * SECOND / 10);
        }

        // One that stood in for a whole second stays; the next one begins anew.
        assertThat(takeAll()).containsExactly(9L, 19L, 24L);
        assertThat(said).hasSize(22);
    }

    @Test
    void aFullMailboxHasAPlaceForWhatTakesAnothers() {
        backlog = backlog(Overflow.REJECT_NEW, 1);
        offer(room("a"), KEY, 0);

        assertThat(offer(room("b"), KEY, 0)).isEqualTo(Outcome.REJECTED_FULL);
        assertThat(offer(room("a"), KEY, 0)).isEqualTo(Outcome.ACCEPTED);
        assertThat(said).containsExactly("0 conflated");
    }

    @Test
    void whatCameTooLateIsToldAndNeverWaits() {
        assertThat(offer(room("a"), Handling.of(Priority.NORMAL, 5, ""), 5)).isNull();

        assertThat(said).containsExactly("0 expired, unanswered");
        assertThat(backlog.messages()).isZero();
    }

    @Test
    void timesToLiveEndInTheirOwnOrder() {
        for (int ttl : new int[] {40, 10, 30, 20}) {
            offer(room("a"), Handling.of(Priority.NORMAL, ttl, ""), 0);
        }
        assertThat(backlog.nextDueNanos()).isEqualTo(10);

        backlog.expire(20);
        assertThat(said).containsExactly("1 expired", "3 expired");
        assertThat(backlog.nextDueNanos()).isEqualTo(30);
        assertThat(takeAll()).containsExactly(0L, 2L);
        assertThat(backlog.nextDueNanos()).isEqualTo(Backlog.NONE);
    }

    @Test
    void theOldestOfTheLowestPriorityMakesRoom() {
        backlog = backlog(Overflow.DROP_OLDEST, 3);
        offer(room("a"), Handling.NORMAL, 0);
        offer(room("a"), low(), 0);
        offer(room("a"), low(), 0);

        assertThat(offer(room("a"), Handling.NORMAL, 0)).isEqualTo(Outcome.ACCEPTED);
        assertThat(offer(room("a"), low(), 0)).isEqualTo(Outcome.ACCEPTED);
        assertThat(offer(room("a"), Handling.NORMAL, 0)).isEqualTo(Outcome.ACCEPTED);
        assertThat(offer(room("a"), low(), 0)).isEqualTo(Outcome.REJECTED_FULL);
        assertThat(said).containsExactly("1 dropped", "2 dropped", "4 dropped");
    }

    @Test
    void whatWaitsOutsideComesInInItsOrderAndOnlyThenIsAnswered() {
        backlog = backlog(Overflow.WAIT, 1);
        offer(room("a"), Handling.NORMAL, 0);
        assertThat(offer(room("a"), Handling.NORMAL, 0)).isNull();
        assertThat(offer(room("a"), Handling.NORMAL, 0)).isNull();
        assertThat(said).isEmpty();

        assertThat(takeAll()).containsExactly(0L, 1L, 2L);
        assertThat(said).containsExactly("1 admitted", "2 admitted");
    }

    @Test
    void nothingOvertakesWhatWaitsOutsideEvenIfItWouldFit() {
        backlog = backlog(Overflow.WAIT, 10);
        offer(room("a"), "x".repeat(70_000), Handling.NORMAL, 0);
        offer(room("a"), "x".repeat(50_000), Handling.NORMAL, 0);

        assertThat(offer(room("a"), Handling.NORMAL, 0)).isNull();
        assertThat(takeAll()).containsExactly(0L, 1L, 2L);
    }

    @Test
    void whoWaitsInVainIsToldBeforeTheCallersDeadline() {
        backlog = backlog(Overflow.WAIT, 1);
        offer(room("a"), Handling.NORMAL, 0);
        offer(room("a"), Handling.NORMAL, 0);

        long due = backlog.nextDueNanos();
        assertThat(due).isBetween(4 * SECOND, 5 * SECOND - 200_000_000);
        backlog.expire(due);
        assertThat(said).containsExactly("1 refused REJECTED_FULL, unanswered");
    }

    @Test
    void theWaitingBytesAreBounded() {
        backlog = backlog(Overflow.WAIT, 1);
        offer(room("a"), Handling.NORMAL, 0);

        assertThat(offer(room("a"), "x".repeat(60_000), Handling.NORMAL, 0)).isNull();
        assertThat(offer(room("a"), "x".repeat(60_000), Handling.NORMAL, 0)).isEqualTo(Outcome.REJECTED_FULL);
    }

    @Test
    void drainingRefusesWhatWaitsOutsideAndKeepsWhatIsInside() {
        backlog = backlog(Overflow.WAIT, 1);
        offer(room("a"), Handling.NORMAL, 0);
        offer(room("a"), Handling.NORMAL, 0);

        backlog.drain();

        assertThat(said).containsExactly("1 refused REJECTED_DRAINING, unanswered");
        assertThat(takeAll()).containsExactly(0L);
    }

    private Backlog<Waiting> backlog(Overflow overflow, int messages) {
        return new Backlog<>(1, new MailboxLimits(messages, 100_000, overflow, 100_000, SECOND), this);
    }

    private @Nullable Outcome offer(Target target, Handling handling, long now) {
        return offer(target, "x", handling, now);
    }

    private @Nullable Outcome offer(Target target, String text, Handling handling, long now) {
        PushMessage message = PushMessage.of(
                        "m", false, Api.HTTP, target, Content.text(text, 1), AckLevel.ACCEPTED, 5 * SECOND, null)
                .withHandling(handling);
        return backlog.offer(new Waiting(new MailboxEntry(number, message), 0, number++), now);
    }

    private static Target room(String room) {
        return Target.room(room);
    }

    private static Handling low() {
        return Handling.of(Priority.LOW, Handling.NEVER, "");
    }

    private List<Long> takeAll() {
        List<Long> taken = new ArrayList<>();
        while (backlog.peek(0) != null) {
            taken.add(takeOne());
        }
        return taken;
    }

    private long takeOne() {
        Waiting turn = Objects.requireNonNull(backlog.peek(0));
        backlog.take(turn);
        backlog.release(turn.message().sizeBytes(), 0);
        return turn.pushId();
    }

    private void say(Waiting push, String what) {
        said.add(push.pushId() + " " + what + (push.awaitsAnswer() ? ", unanswered" : ""));
    }

    @Override
    public void expired(Waiting push) {
        say(push, "expired");
    }

    @Override
    public void conflated(Waiting push) {
        say(push, "conflated");
    }

    @Override
    public void dropped(Waiting push) {
        say(push, "dropped");
    }

    @Override
    public void admitted(Waiting push) {
        say(push, "admitted");
    }

    @Override
    public void refused(Waiting push, Outcome why) {
        say(push, "refused " + why);
    }
}
