package io.pushmanager.fanout;

import io.pushmanager.bus.Address;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.PushAnswers;
import io.pushmanager.core.fanout.FanOut;
import io.pushmanager.core.fanout.NodeSlot;
import io.pushmanager.core.fanout.OfferBatches;
import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.message.Api;
import io.pushmanager.telemetry.Meters;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts offers and answers on the bus when the turn of the event loop ends; the nodes of one event loop share a message.
 *
 * <p><b>Bound:</b> a batch that is full goes at once. <b>Order:</b> that of the pushes, for each node and for each sender of pushes.
 * <b>Thread:</b> fan-out's event loop.
 */
final class BusOutbox implements FanOut.Outbox {

    private final Bus bus;
    private final Meters meters;
    private final IntConsumer nodesOfPushes;
    private final DeskOffers desks;
    private final OfferBatches batches = new OfferBatches();
    /** One for each sender of pushes, which are as many as there are ingress verticles. */
    private final List<AnswerBatch> answers = new ArrayList<>();

    private final Handler<Void> endOfTurn = turn -> {
        flushSet = false;
        flush();
    };
    private final OfferBatches.Sink sink;
    private @Nullable Context context;
    private boolean flushSet;

    BusOutbox(Bus bus, Meters meters, RoutingMode mode) {
        this.bus = bus;
        this.meters = meters;
        this.nodesOfPushes = meters.nodesOfPushes(mode.label());
        this.desks = new DeskOffers(bus);
        this.sink = (client, offers) -> desks.add(client.clientId(), offers);
    }

    /** Before the first push. */
    void start(Context own) {
        context = own;
    }

    void opened(String clientId, String desk) {
        desks.opened(clientId, desk);
    }

    void closed(String clientId) {
        desks.closed(clientId);
    }

    @Override
    public void offer(NodeSlot client, MailboxEntry offer) {
        batches.add(client, offer);
        setFlush();
    }

    void setFlush() {
        Context own = context;
        if (!flushSet && own != null) {
            flushSet = true;
            own.runOnContext(endOfTurn);
        }
    }

    AnswerBatch answersTo(Address<PushAnswers> sender) {
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i).isTo(sender)) {
                return answers.get(i);
            }
        }
        AnswerBatch batch = new AnswerBatch(bus, sender);
        answers.add(batch);
        return batch;
    }

    @Override
    public void ended(Api api, int nodesAccepted) {
        meters.nodesContacted(api, nodesAccepted);
        nodesOfPushes.accept(nodesAccepted);
    }

    void flushIfFull() {
        if (batches.isFull()) {
            flush();
        }
    }

    void flush() {
        if (!batches.isEmpty()) {
            batches.flush(sink);
            desks.flush();
        }
        for (int i = 0; i < answers.size(); i++) {
            answers.get(i).flush();
        }
    }
}
