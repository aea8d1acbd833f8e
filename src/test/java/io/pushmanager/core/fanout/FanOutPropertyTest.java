package io.pushmanager.core.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.fanout.FanOutHarness.Caller;
import io.pushmanager.core.fanout.FanOutHarness.Offered;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushResult;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whatever happens, in whatever order: one answer for each caller, and it reconciles. */
class FanOutPropertyTest {

    private static final int SEEDS = 400;
    private static final int STEPS = 300;

    @Test
    void givesEveryCallerExactlyOneAnswerThatReconciles() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            new Run(seed).play();
        }
    }

    private static final class Run {
        private final long seed;
        private final Random random;
        private final FanOutHarness h;
        private final Set<String> alive = new LinkedHashSet<>();
        private final List<Caller> callers = new ArrayList<>();
        private final List<AckLevel> acks = new ArrayList<>();
        private final List<Offered> unanswered = new ArrayList<>();
        private final List<Offered> accepted = new ArrayList<>();
        private int seen;
        private int clients;

        Run(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.h = new FanOutHarness(
                    new FanOutLimits(
                            1 + random.nextInt(6), 1 + random.nextInt(40), 8, 3_000 * FanOutHarness.MILLI, 2_000),
                    random.nextLong() / 2);
            h.fanOut.membershipKnown();
        }

        void play() {
            for (int step = 0; step < STEPS; step++) {
                step();
                takeOffers();
            }
            h.pass(20_000);
            assertThat(h.fanOut.openPushes())
                    .as("seed %d: open at the end", seed)
                    .isZero();
            assertThat(h.fanOut.isWaiting())
                    .as("seed %d: waiting at the end", seed)
                    .isFalse();
            for (int i = 0; i < callers.size(); i++) {
                assertThat(callers.get(i).answers)
                        .as("seed %d, caller %d", seed, i)
                        .hasSize(1);
                check(callers.get(i).answers.get(0), acks.get(i));
            }
            // Late answers must give every credit back.
            unanswered.forEach(offer -> h.accept(offer.clientId(), offer.pushId()));
            for (String client : alive) {
                int before = h.offers.size();
                h.push(AckLevel.ACCEPTED, 1_000);
                assertThat(h.offers.size() - before)
                        .as("seed %d: every live client takes offers again, %s", seed, client)
                        .isEqualTo(alive.size());
                h.offers.subList(before, h.offers.size()).forEach(offer -> h.accept(offer.clientId(), offer.pushId()));
            }
        }

        private void step() {
            switch (random.nextInt(12)) {
                case 0 -> {
                    if (alive.size() < 5) {
                        String name = "c" + ++clients;
                        alive.add(name);
                        h.open(name);
                    }
                }
                case 1 -> {
                    if (random.nextInt(3) == 0) {
                        close();
                    }
                }
                case 2 -> h.pass(random.nextInt(10) == 0 ? 2_000 : random.nextInt(60));
                case 3, 4, 5, 6 -> push();
                case 7, 8, 9 -> answerMailbox();
                default -> endOne();
            }
        }

        private void push() {
            AckLevel ack = random.nextBoolean() ? AckLevel.ACCEPTED : AckLevel.DELIVERED;
            long timeout = 10 + random.nextInt(3_000);
            acks.add(ack);
            callers.add(
                    random.nextInt(3) == 0
                            ? h.push(h.message("id-" + random.nextInt(12), true, ack, "x" + random.nextInt(2), timeout))
                            : h.push(ack, timeout));
        }

        private void close() {
            if (alive.isEmpty()) {
                return;
            }
            String name = List.copyOf(alive).get(random.nextInt(alive.size()));
            if (random.nextBoolean()) {
                h.fanOut.clientClosing(name);
            }
            h.fanOut.clientClosed(name, "closed by the test");
            alive.remove(name);
            unanswered.removeIf(offer -> offer.clientId().equals(name));
            accepted.removeIf(offer -> offer.clientId().equals(name) && random.nextBoolean());
        }

        private void answerMailbox() {
            if (unanswered.isEmpty()) {
                return;
            }
            Offered offer = unanswered.remove(random.nextInt(unanswered.size()));
            if (random.nextInt(4) == 0) {
                h.reject(
                        offer.clientId(),
                        offer.pushId(),
                        random.nextBoolean() ? Outcome.REJECTED_FULL : Outcome.REJECTED_DRAINING);
            } else {
                h.accept(offer.clientId(), offer.pushId());
                if (offer.message().ack() == AckLevel.DELIVERED) {
                    accepted.add(offer);
                }
            }
        }

        private void endOne() {
            if (accepted.isEmpty()) {
                return;
            }
            Offered offer = accepted.remove(random.nextInt(accepted.size()));
            if (random.nextInt(4) == 0) {
                h.end(offer.clientId(), offer.pushId(), random.nextBoolean() ? Outcome.FAILED : Outcome.ACCEPTED);
            } else {
                h.report(
                        offer.clientId(),
                        offer.pushId(),
                        new DeliveryCounts(random.nextInt(3), 0, 0, 0, 0, 0, 0)
                                .plus(new DeliveryCounts(1, 1, 0, 0, 0, 0, 0)));
            }
        }

        private void takeOffers() {
            unanswered.addAll(h.offers.subList(seen, h.offers.size()));
            seen = h.offers.size();
        }

        private void check(PushAnswer answer, AckLevel ack) {
            if (!(answer instanceof PushResult result)) {
                return;
            }
            assertThat(result.nodesTargeted())
                    .as("seed %d", seed)
                    .isEqualTo(result.nodes().size());
            assertThat(result.nodesAccepted()).as("seed %d", seed).isEqualTo((int)
                    result.nodes().stream().filter(NodeReport::accepted).count());
            assertThat(result.nodesTargeted() == 0 || result.nodesAccepted() > 0)
                    .as("seed %d: an OK has a node that took it", seed)
                    .isTrue();
            if (ack == AckLevel.ACCEPTED) {
                assertThat(result.delivery()).as("seed %d", seed).isNull();
                return;
            }
            DeliveryCounts total = result.nodes().stream()
                    .filter(report -> report.outcome() == Outcome.REPORTED)
                    .map(NodeReport::delivery)
                    .reduce(DeliveryCounts.NONE, DeliveryCounts::plus);
            assertThat(result.delivery()).as("seed %d", seed).isEqualTo(total);
            assertThat(result.nodes())
                    .as("seed %d: every node has come to an end", seed)
                    .allMatch(OpenPush::isEnd);
        }
    }
}
