package io.pushmanager.nodeclient;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.OfferUpdates;
import io.pushmanager.bus.Offers;
import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.outcome.NodeReport;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the node clients of one event loop meet the bus: the offers for all of them come as one message, and what they have to
 * say goes as one. Each client keeps its own mailbox, link and context.
 *
 * <p><b>Order:</b> for each client, of the offers and of the updates. The mailboxes' answers leave before anything is sent to a
 * node. <b>Time:</b> what ends in a turn of the event loop is told when the turn ends. <b>Bound:</b> {@value #MOST_UPDATES} untold.
 * <b>Thread:</b> its event loop. <b>Failure:</b> a client that throws is reported by its context and disturbs no other.
 */
final class OfferDesk {

    private static final int MOST_UPDATES = 256;

    private final String name;
    private final Bus bus;
    private final Context context;
    private final Runnable emptied;
    private final Map<String, Place> places = new HashMap<>();
    private final OfferUpdates.Gatherer updates = new OfferUpdates.Gatherer();
    private Bus.@Nullable Subscription offers;
    private boolean takesOffers;
    private boolean flushSet;
    private final Handler<Void> endOfTurn = turn -> {
        flushSet = false;
        flush();
    };

    /**
     * For the event loop that runs this.
     *
     * @param name unique on the bus
     * @param emptied run when the last client has left; the desk is closed then
     */
    OfferDesk(String name, Vertx vertx, Runnable emptied) {
        this.name = name;
        this.bus = Bus.of(vertx);
        this.context = LoopContexts.onThisLoop(vertx);
        this.emptied = emptied;
        LoopContexts.run(context, this, desk -> offers = bus.consume(Addresses.offersTo(name), this::onOffers));
    }

    String name() {
        return name;
    }

    /**
     * A client's place, on its context.
     *
     * @param take what it is offered
     * @param send what it took; after every client has taken its own
     */
    Place join(String clientId, Context own, Handler<List<MailboxEntry>> take, Handler<OfferDesk> send) {
        Place place = new Place(clientId, own, take, send);
        places.put(clientId, place);
        return place;
    }

    private void onOffers(Offers message) {
        takesOffers = true;
        for (int i = 0; i < message.size(); i++) {
            Place place = places.get(message.clientId(i));
            if (place != null) {
                LoopContexts.run(place.own, message.entries(i), place.take);
            }
        }
        takesOffers = false;
        flush(); // before sending the pushes: callers wait for this
        for (int i = 0; i < message.size(); i++) {
            Place place = places.get(message.clientId(i));
            if (place != null) {
                LoopContexts.run(place.own, this, place.send);
            }
        }
    }

    private void flush() {
        if (updates.size() > 0) {
            bus.send(Addresses.OFFER_UPDATES, updates.take());
        }
    }

    /** One client at the desk. */
    final class Place {

        private final String clientId;
        private final Context own;
        private final Handler<List<MailboxEntry>> take;
        private final Handler<OfferDesk> send;

        private Place(String clientId, Context own, Handler<List<MailboxEntry>> take, Handler<OfferDesk> send) {
            this.clientId = clientId;
            this.own = own;
            this.take = take;
            this.send = send;
        }

        String clientId() {
            return clientId;
        }

        void tell(long pushId, NodeReport report) {
            updates.add(clientId, pushId, report);
            if (updates.size() >= MOST_UPDATES) {
                flush();
            } else if (!takesOffers && !flushSet) {
                flushSet = true;
                context.runOnContext(endOfTurn);
            }
        }

        /** Tells what was not told yet. */
        void flush() {
            OfferDesk.this.flush();
        }

        /** No offer comes any more. */
        Future<Void> leave() {
            Bus.Subscription subscription = offers;
            if (places.remove(clientId) == null || !places.isEmpty() || subscription == null) {
                return Future.succeededFuture();
            }
            offers = null;
            emptied.run();
            return subscription.cancel();
        }
    }
}
