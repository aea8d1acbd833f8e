package io.pushmanager.nodeclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.OfferUpdates;
import io.pushmanager.bus.Offers;
import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.NodeReport;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class OfferDeskVerticleTest {

    private final List<OfferUpdates> told = new CopyOnWriteArrayList<>();
    private final List<String> done = new CopyOnWriteArrayList<>();
    private final OfferDesks desks = new OfferDesks();
    private Vertx vertx;
    private Bus bus;
    private Context loop;

    @BeforeEach
    void watch(Vertx vertx) {
        this.vertx = vertx;
        bus = Bus.of(vertx);
        bus.consume(Addresses.OFFER_UPDATES, told::add);
        loop = vertx.getOrCreateContext();
    }

    @Test
    void oneMessageBringsWhatTheClientsOfALoopAreOfferedAndOneTellsWhatTheySay() {
        join("a");
        join("b");

        offer("a", "a", "b");

        await().until(() -> !told.isEmpty());
        assertThat(told.get(0).size()).isEqualTo(2);
        assertThat(told.get(0).clientId(0)).isEqualTo("a");
        assertThat(told.get(0).clientId(1)).isEqualTo("b");
    }

    @Test
    void everyMailboxAnswersBeforeAnythingIsSent() {
        join("a");
        join("b");

        offer("a", "a", "b");

        await().until(() -> done.size() == 4);
        assertThat(done).containsExactly("a takes", "b takes", "a sends", "b sends");
    }

    @Test
    void aClientThatThrowsDisturbsNoOther() {
        join("a", entries -> {
            throw new IllegalStateException("broken");
        });
        join("b");

        offer("a", "a", "b");

        await().until(() -> done.contains("b sends"));
    }

    @Test
    void whoHasLeftIsOfferedNothingMore() {
        OfferDesk.Place a = join("a");
        join("b");

        leave(a);
        offer("a", "a", "b");

        await().until(() -> done.contains("b sends"));
        assertThat(done).doesNotContain("a takes");
    }

    @Test
    void aDeskWithoutClientsIsClosedAndTheNextClientGetsAnother() {
        OfferDesk.Place a = join("a");
        leave(a);

        join("b");
        offer("b", "b");

        await().until(() -> done.contains("b sends"));
    }

    private OfferDesk.Place join(String client) {
        return join(client, takenAt -> takenAt.tell(1, NodeReport.accepted(client)));
    }

    private OfferDesk.Place join(String client, Consumer<OfferDesk.Place> takes) {
        Promise<OfferDesk.Place> joined = Promise.promise();
        loop.runOnContext(now -> joined.complete(desks.ofThisLoop(vertx, client)
                .join(
                        client,
                        loop,
                        entries -> {
                            takes.accept(joined.future().result());
                            done.add(client + " takes");
                        },
                        sent -> done.add(client + " sends"))));
        return NodeClientRig.await(joined.future());
    }

    private void leave(OfferDesk.Place place) {
        Promise<Void> left = Promise.promise();
        loop.runOnContext(now -> place.leave().onComplete(left));
        NodeClientRig.await(left.future());
    }

    private void offer(String desk, String... clients) {
        Offers.Gatherer offers = new Offers.Gatherer();
        for (String client : clients) {
            offers.add(
                    client, List.of(new MailboxEntry(1, NodeClientRig.push(1, Target.everyone(), AckLevel.ACCEPTED))));
        }
        bus.send(Addresses.offersTo(desk), offers.take());
    }
}
