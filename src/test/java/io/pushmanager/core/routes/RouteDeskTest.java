package io.pushmanager.core.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What waits, what is asked, and how old an answer may be. */
class RouteDeskTest {

    private static final long MILLI = 1_000_000;
    private static final RouteKey ROOM = new RouteKey(true, "room");
    private static final NodeRef NODE = new NodeRef("n", "10.0.0.1:1", "i-n");

    /** A push that remembers what became of it. */
    private static final class Asker implements RouteDesk.Client {
        final long patienceEnds;
        final int bytes;
        Route route;
        PushError error;
        int ends;

        Asker(long patienceEnds, int bytes) {
            this.patienceEnds = patienceEnds;
            this.bytes = bytes;
        }

        @Override
        public void routed(Route found, long nowNanos) {
            route = found;
            ends++;
        }

        @Override
        public void refused(PushError why) {
            error = why;
            ends++;
        }

        @Override
        public int sizeBytes() {
            return bytes;
        }

        @Override
        public long patienceEndsNanos() {
            return patienceEnds;
        }
    }

    private final List<String> events = new ArrayList<>();
    private final RouteDesk desk = deskFor(new RouteLimits(500 * MILLI, 100 * MILLI, 3, 10, 1_000));
    private long now = -3_000 * MILLI;

    private RouteDesk deskFor(RouteLimits limits) {
        return new RouteDesk(limits, new RouteDesk.Events() {
            @Override
            public void waits() {
                events.add("waits");
            }

            @Override
            public void found() {
                events.add("found");
            }

            @Override
            public void rerouted() {
                events.add("rerouted");
            }
        });
    }

    private Asker ask(RouteKey key) {
        return ask(key, 1, 10_000);
    }

    private Asker ask(RouteKey key, int bytes, long patienceMillis) {
        Asker asker = new Asker(now + patienceMillis * MILLI, bytes);
        desk.ask(key, asker, false, now);
        return asker;
    }

    private static RouteAnswer at(RouteDesk.Batch batch, NodeRef... nodes) {
        List<List<NodeRef>> holders = new ArrayList<>();
        batch.keys().forEach(key -> holders.add(List.of(nodes)));
        return new RouteAnswer(Set.of(), holders);
    }

    private RouteDesk.Batch answerNext(NodeRef... nodes) {
        RouteDesk.Batch batch = desk.next(now);
        desk.answered(batch, at(batch, nodes), now);
        return batch;
    }

    private void pass(long millis) {
        now += millis * MILLI;
        desk.advance(now);
    }

    @Test
    void pushesToOneTargetWaitForOneLookup() {
        List<Asker> askers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            askers.add(ask(ROOM));
        }

        RouteDesk.Batch batch = desk.next(now);
        assertThat(batch.keys()).containsExactly(ROOM);
        assertThat(desk.next(now)).isNull();
        desk.answered(batch, at(batch, NODE), now);

        assertThat(askers).allMatch(asker -> asker.ends == 1 && asker.route != null);
        assertThat(desk.isWaiting()).isFalse();
    }

    @Test
    void whatIsWantedTogetherIsOneQuestion() {
        RouteKey user = new RouteKey(false, "room"); // not the room of that name
        ask(ROOM);
        ask(user);

        assertThat(desk.next(now).keys()).containsExactly(ROOM, user);
    }

    @Test
    void whatIsWantedWhileEnoughQuestionsAreUnderWayWaitsForAnAnswer() {
        List<RouteDesk.Batch> underWay = new ArrayList<>();
        for (int i = 0; i < RouteLimits.MAX_CALLS; i++) {
            ask(new RouteKey(true, "room-" + i));
            underWay.add(desk.next(now));
        }
        ask(new RouteKey(true, "late-1"));
        ask(new RouteKey(true, "late-2"));
        assertThat(desk.next(now)).isNull();

        desk.failed(underWay.get(0), "away", now);

        assertThat(desk.next(now).keys()).hasSize(2);
    }

    @Test
    void aFreshRouteIsUsedAndAnOldOneIsLookedUpAgain() {
        ask(ROOM);
        answerNext(NODE);

        pass(500);
        assertThat(ask(ROOM).route).isNotNull();
        assertThat(events).contains("found");
        pass(1);
        assertThat(ask(ROOM).ends).isZero();
        assertThat(desk.next(now)).isNotNull();
    }

    @Test
    void thatNobodyIsThereIsForgottenSooner() {
        ask(ROOM);
        answerNext();

        pass(100);
        assertThat(ask(ROOM).route).isNotNull();
        pass(1);
        assertThat(ask(ROOM).route).isNull();
    }

    @Test
    void aRouteIsAsOldAsItsQuestion() {
        ask(ROOM);
        RouteDesk.Batch batch = desk.next(now);
        pass(400);
        desk.answered(batch, at(batch, NODE), now);

        pass(101);
        assertThat(ask(ROOM).ends).isZero();
    }

    @Test
    void whoJoinsALookupThatHasTakenTooLongWaitsForTheNext() {
        Asker early = ask(ROOM);
        RouteDesk.Batch slow = desk.next(now);
        pass(500);
        Asker inTime = ask(ROOM);
        pass(1);
        Asker late = ask(ROOM);

        desk.answered(slow, at(slow, NODE), now);

        assertThat(early.ends + inTime.ends).isEqualTo(2);
        assertThat(late.ends).isZero();
        answerNext(NODE);
        assertThat(late.route).isNotNull();
    }

    @Test
    void nodesThatComeOrGoMakeEveryRouteDoubtful() {
        ask(ROOM);
        answerNext(NODE);

        desk.nodesChanged();

        assertThat(ask(ROOM).ends).isZero();
        RouteDesk.Batch before = desk.next(now);
        desk.nodesChanged();
        Asker after = ask(ROOM);
        desk.answered(before, at(before, NODE), now);
        assertThat(after.ends).isZero();
    }

    @Test
    @Tag("fault-16")
    void whileTheDirectoryIsAwayADoubtfulRouteDoesUntilItsTimeIsUp() {
        ask(ROOM);
        answerNext(NODE);
        desk.nodesChanged();

        pass(500);
        Asker cached = ask(ROOM);
        desk.failed(desk.next(now), "connection refused", now);
        pass(1);
        Asker refused = ask(ROOM);
        desk.failed(desk.next(now), "connection refused", now);

        assertThat(cached.route).isNotNull();
        assertThat(refused.error.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(refused.error.reason()).isEqualTo("CONTROLLER_AWAY");
        assertThat(refused.error.message()).contains("connection refused");
        assertThat(refused.error.retryAfterMillis()).isPositive();
        ask(ROOM);
        assertThat(answerNext(NODE).keys()).as("back").containsExactly(ROOM);
    }

    @Test
    void whosePatienceEndsIsRefusedAndTheOthersWaitOn() {
        Asker hasty = ask(ROOM, 1, 30);
        Asker patient = ask(ROOM, 1, 5_000);
        RouteDesk.Batch batch = desk.next(now);

        pass(30);
        assertThat(hasty.error.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(patient.ends).isZero();
        desk.answered(batch, at(batch, NODE), now);

        assertThat(hasty.ends).isEqualTo(1);
        assertThat(patient.route).isNotNull();
    }

    @Test
    void pushesThatWaitAreBoundedInNumberAndInBytes() {
        for (int i = 0; i < 10; i++) {
            assertThat(ask(ROOM).error).isNull();
        }
        Asker eleventh = ask(ROOM);
        assertThat(eleventh.error.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
        answerNext(NODE);
        pass(501);

        assertThat(ask(ROOM, 900, 1_000).error).isNull();
        assertThat(ask(ROOM, 101, 1_000).error.reason()).isEqualTo("TOO_MANY_LOOKUPS");
        assertThat(ask(ROOM, 100, 1_000).error).isNull();
    }

    @Test
    void theRouteThatWasUsedLeastLatelyIsForgotten() {
        for (String room : List.of("a", "b", "c")) {
            ask(new RouteKey(true, room));
            answerNext(NODE);
        }
        ask(new RouteKey(true, "a"));
        ask(new RouteKey(true, "d"));
        answerNext(NODE);

        assertThat(desk.entries()).isEqualTo(3);
        assertThat(ask(new RouteKey(true, "a")).route).isNotNull();
        assertThat(ask(new RouteKey(true, "b")).route).isNull();
    }

    @Test
    void anAnswerThatDoesNotFitIsNone() {
        Asker asker = ask(ROOM);

        desk.answered(desk.next(now), new RouteAnswer(Set.of(), List.of()), now);

        assertThat(asker.error.reason()).isEqualTo("CONTROLLER_AWAY");
    }
}
