package io.pushmanager.core.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OfferBatchesTest {

    private final OfferBatches batches = new OfferBatches();
    private final NodeSlot a = new NodeSlot("a", FanOutHarness.node("a"));
    private final NodeSlot b = new NodeSlot("b", FanOutHarness.node("b"));

    @Test
    void givesNodesThatAreOfferedTheSamePushesOneList() {
        MailboxEntry one = offer(1);
        MailboxEntry two = offer(2);
        batches.add(a, one);
        batches.add(b, one);
        batches.add(a, two);
        batches.add(b, two);

        Map<NodeSlot, List<MailboxEntry>> sent = flush();

        assertThat(sent.get(a)).containsExactly(one, two).isSameAs(sent.get(b));
        assertThat(batches.isEmpty()).isTrue();
    }

    @Test
    void givesANodeWhatItWasOfferedAndNothingElse() {
        MailboxEntry one = offer(1);
        MailboxEntry two = offer(2);
        MailboxEntry three = offer(3);
        batches.add(a, one);
        batches.add(b, one);
        batches.add(a, two);
        batches.add(a, three);
        batches.add(b, three);

        Map<NodeSlot, List<MailboxEntry>> sent = flush();

        assertThat(sent.get(a)).containsExactly(one, two, three);
        assertThat(sent.get(b)).containsExactly(one, three);
    }

    @Test
    void doesNotTouchAListThatWasHandedOver() {
        MailboxEntry one = offer(1);
        batches.add(a, one);
        List<MailboxEntry> first = flush().get(a);

        batches.add(a, offer(2));
        flush();

        assertThat(first).containsExactly(one);
    }

    @Test
    void keepsTheOrderOfEveryNodeWhoeverMissesWhat() {
        for (long seed = 1; seed <= 300; seed++) {
            Random random = new Random(seed);
            NodeSlot[] slots = new NodeSlot[1 + random.nextInt(5)];
            Map<NodeSlot, List<MailboxEntry>> expected = new IdentityHashMap<>();
            Map<NodeSlot, List<MailboxEntry>> got = new IdentityHashMap<>();
            for (int i = 0; i < slots.length; i++) {
                slots[i] = new NodeSlot("c" + i, FanOutHarness.node("c" + i));
                expected.put(slots[i], new ArrayList<>());
                got.put(slots[i], new ArrayList<>());
            }
            int everybody = random.nextInt(4);
            for (int push = 0; push < 60; push++) {
                MailboxEntry offer = offer(push);
                for (NodeSlot slot : slots) {
                    if (random.nextInt(4) < everybody) {
                        batches.add(slot, offer);
                        expected.get(slot).add(offer);
                    }
                }
                if (random.nextInt(10) == 0) {
                    flush().forEach((slot, list) -> got.get(slot).addAll(list));
                }
            }
            flush().forEach((slot, list) -> got.get(slot).addAll(list));

            for (NodeSlot slot : slots) {
                assertThat(got.get(slot))
                        .as("seed %d, %s", seed, slot.clientId())
                        .isEqualTo(expected.get(slot));
            }
        }
    }

    @Test
    void isFullAtItsBound() {
        for (int push = 0; push < OfferBatches.MAX_OFFERS; push++) {
            assertThat(batches.isFull()).isFalse();
            batches.add(a, offer(push));
        }

        assertThat(batches.isFull()).isTrue();
    }

    private Map<NodeSlot, List<MailboxEntry>> flush() {
        Map<NodeSlot, List<MailboxEntry>> sent = new IdentityHashMap<>();
        batches.flush((slot, list) -> assertThat(sent.put(slot, list))
                .as("sent twice to %s", slot.clientId())
                .isNull());
        return sent;
    }

    private static MailboxEntry offer(long id) {
        return new MailboxEntry(
                id,
                PushMessage.of(
                        "m" + id,
                        false,
                        Api.HTTP,
                        Target.everyone(),
                        Content.text("x", 1),
                        AckLevel.ACCEPTED,
                        0,
                        null));
    }
}
