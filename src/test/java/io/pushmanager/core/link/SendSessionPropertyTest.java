package io.pushmanager.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.mailbox.MailboxLimits;
import io.pushmanager.core.mailbox.Overflow;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Handling;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A manager's session against a model of the node, over a line that breaks anywhere. */
class SendSessionPropertyTest {

    private static final long DEADLINE = 1_000;
    private static final int RUNS = 150;
    private static final int STEPS = 400;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void whileTheNodeKeepsItsSessionsNothingIsLostOrDoubledAndEachPushEndsWithItsResult(long seed) {
        for (int run = 0; run < RUNS; run++) {
            Line line = new Line(seed * 1_000 + run);
            line.run(false);

            assertThat(line.ends).as(line.name).hasSize(line.accepted.size());
            assertThat(line.node.taken).as(line.name).isEqualTo(line.accepted);
            for (String push : line.accepted) {
                assertThat(line.ends.get(push)).as(line.name).isEqualTo("matched " + line.node.reported.get(push));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void withDeadlinesAndForgottenSessionsEachPushEndsOnceAndIsTakenAtMostOnceInOrder(long seed) {
        for (int run = 0; run < RUNS; run++) {
            Line line = new Line(seed * 1_000 + run);
            line.run(true);

            assertThat(line.ends).as(line.name).hasSize(line.accepted.size());
            assertThat(line.node.taken).as(line.name).doesNotHaveDuplicates();
            List<String> inOrder = new ArrayList<>(line.accepted);
            inOrder.retainAll(line.node.taken);
            assertThat(line.node.taken).as(line.name).isEqualTo(inOrder);
            line.ends.forEach((push, end) -> {
                if (end.startsWith("matched")) {
                    assertThat(end).as(line.name).isEqualTo("matched " + line.node.reported.get(push));
                } else if (end.equals("not sent")) {
                    assertThat(line.node.taken).as(line.name).doesNotContain(push);
                }
            });
        }
    }

    /** Priorities, times to live, keys, and every way for a mailbox to be full. */
    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void whateverWaitsIsTakenInOrderOfItsPriorityOrEndsOnceAndIsThenNeverTaken(long seed) {
        Set<String> seen = new TreeSet<>();
        for (int run = 0; run < RUNS; run++) {
            Line line = new Line(seed * 1_000 + run, true);
            line.run(run % 2 == 0);

            assertThat(line.ends).as(line.name).hasSize(line.accepted.size());
            assertThat(line.node.taken).as(line.name).doesNotHaveDuplicates();
            Map<String, Integer> last = new HashMap<>();
            for (String push : line.node.taken) {
                Integer before = last.put(line.turns.get(push), line.accepted.indexOf(push));
                assertThat(before == null || before < line.accepted.indexOf(push))
                        .as(line.name + ": " + push)
                        .isTrue();
            }
            line.ends.forEach((push, end) -> {
                seen.add(end.split(" ")[0]);
                if (Set.of("expired", "conflated", "dropped", "refused", "not sent")
                        .contains(end)) {
                    assertThat(line.node.taken).as(line.name + ": " + end).doesNotContain(push);
                }
            });
        }
        assertThat(seen).as("every end was met").contains("matched", "expired", "conflated", "dropped", "refused");
    }

    /** The two ends and what is on its way between them. */
    private static final class Line implements SendSession.Ends {
        final String name;
        final Random random;
        final ModelNode node;
        final SendSession session;
        final List<String> accepted = new ArrayList<>();
        final Map<String, String> ends = new HashMap<>();
        final ArrayDeque<ModelNode.Batch> up = new ArrayDeque<>();
        final ArrayDeque<ModelNode.Ack> down = new ArrayDeque<>();
        /** Of each push, whom it may not overtake. */
        final Map<String, String> turns = new HashMap<>();

        final boolean mixed;
        boolean connected;
        long now;

        Line(long seed) {
            this(seed, false);
        }

        Line(long seed, boolean mixed) {
            this.mixed = mixed;
            name = "seed " + seed;
            random = new Random(seed);
            node = new ModelNode(random, 1 + random.nextInt(12), 10 + random.nextInt(80));
            LinkLimits limits = new LinkLimits(
                    1 + random.nextInt(3),
                    1 + random.nextInt(6),
                    5 + random.nextInt(40),
                    DEADLINE,
                    1 + random.nextInt(100),
                    4 + random.nextInt(40));
            session = new SendSession(
                    limits,
                    new MailboxLimits(
                            1 + random.nextInt(30),
                            1_000_000,
                            mixed ? Overflow.values()[random.nextInt(3)] : Overflow.REJECT_NEW,
                            random.nextInt(5_000),
                            DEADLINE / 4),
                    message -> message.messageId().getBytes(StandardCharsets.UTF_8),
                    this);
        }

        void run(boolean hostile) {
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(hostile ? 12 : 10)) {
                    case 0, 1, 2 -> offer(step);
                    case 3, 4 -> pump();
                    case 5 -> up();
                    case 6 -> down();
                    case 7 -> acknowledge();
                    case 8 -> connect();
                    case 9 -> maybeBreak();
                    case 10 -> pass(random.nextInt((int) DEADLINE / 4));
                    default -> maybeForget();
                }
                assertThat(session.isEmpty()).as(name).isEqualTo(ends.size() == accepted.size());
            }
            settle();
        }

        private void offer(int step) {
            String id = step + "-" + "x".repeat(random.nextInt(12));
            PushMessage message = PushMessage.of(
                    id,
                    false,
                    Api.PUSH_TO_ROOM,
                    mixed ? Target.room("r" + random.nextInt(3)) : Target.everyone(),
                    Content.text(id, 1),
                    AckLevel.DELIVERED,
                    mixed ? now + random.nextInt((int) DEADLINE) : Long.MAX_VALUE,
                    null);
            if (mixed) {
                message = message.withHandling(someHandling());
                turns.put(id, message.target().roomId() + message.priority());
            }
            MailboxEntry entry = new MailboxEntry(accepted.size(), message);
            accepted.add(id); // it may end before it has an answer
            Outcome outcome = session.offer(entry, now);
            if (outcome != null && outcome != Outcome.ACCEPTED) {
                accepted.remove(accepted.size() - 1);
            }
        }

        private Handling someHandling() {
            return Handling.of(
                    Priority.values()[random.nextInt(3)],
                    random.nextInt(3) == 0 ? now + random.nextInt((int) DEADLINE / 2) - 5 : Handling.NEVER,
                    random.nextInt(3) == 0 ? "k" + random.nextInt(2) : "");
        }

        private void pump() {
            SendBatch batch = session.next(now);
            if (batch != null) {
                List<byte[]> pushes = new ArrayList<>();
                for (int i = 0; i < batch.size(); i++) {
                    pushes.add(batch.push(i));
                }
                up.addLast(new ModelNode.Batch(batch.firstId(), pushes, session.ackSeen()));
            }
        }

        private void up() {
            ModelNode.Batch batch = up.pollFirst();
            if (batch != null) {
                node.take(batch);
            }
        }

        private void down() {
            ModelNode.Ack ack = down.pollFirst();
            if (ack != null && session.isNextAck(ack.number())) {
                ack.results().forEach((id, matched) -> {
                    LinkEntry entry = session.result(id);
                    if (entry != null) {
                        end(entry, "matched " + matched);
                    }
                });
                session.consumed(ack.consumedThrough(), now);
            }
        }

        private void acknowledge() {
            if (!node.session().isEmpty()) {
                ModelNode.Ack ack = node.acknowledge(false);
                if (connected) {
                    down.addLast(ack);
                }
            }
        }

        private void connect() {
            if (!connected) {
                connected = true;
                List<ModelNode.Ack> kept = node.hello(session.session(), session.ackSeen());
                session.welcome(node.session(), node.received(), node.windowPushes, node.windowBytes);
                down.addAll(kept);
            }
        }

        private void maybeBreak() {
            if (connected) {
                connected = false;
                session.broke();
                up.clear();
                down.clear();
            }
        }

        private void maybeForget() {
            if (random.nextInt(8) == 0) {
                maybeBreak();
                node.forget();
            }
        }

        private void pass(int time) {
            now += time;
            session.expire(now);
            assertThat(session.nextDueNanos()).as(name).isGreaterThan(now);
        }

        private void settle() {
            for (int turn = 0; !session.isEmpty(); turn++) {
                assertThat(turn).as(name + " comes to an end").isLessThan(2_000);
                connect();
                pump();
                while (!up.isEmpty()) {
                    up();
                }
                down.addLast(node.acknowledge(true));
                while (!down.isEmpty()) {
                    down();
                }
            }
        }

        private void end(LinkEntry entry, String how) {
            String before = ends.put(accepted.get((int) entry.pushId()), how);
            assertThat(before).as(name + ": push " + entry.pushId()).isNull();
        }

        @Override
        public void accepted(LinkEntry push) {
            assertThat(push.awaitsAnswer()).as(name).isFalse();
        }

        @Override
        public void admitted(LinkEntry push) {
            assertThat(push.awaitsAnswer()).as(name).isFalse();
        }

        @Override
        public void refused(LinkEntry push, Outcome why) {
            assertThat(push.awaitsAnswer()).as(name).isTrue();
            end(push, "refused");
        }

        @Override
        public void expired(LinkEntry push) {
            end(push, "expired");
        }

        @Override
        public void conflated(LinkEntry push) {
            end(push, "conflated");
        }

        @Override
        public void dropped(LinkEntry push) {
            end(push, "dropped");
        }

        @Override
        public void notSent(LinkEntry push) {
            end(push, "not sent");
        }

        @Override
        public void timedOut(LinkEntry push) {
            end(push, "timed out");
        }

        @Override
        public void forgotten(LinkEntry push) {
            end(push, "forgotten");
        }
    }
}
