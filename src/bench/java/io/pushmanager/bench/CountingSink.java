package io.pushmanager.bench;

import io.pushmanager.connect.hub.HubAnswer;
import io.pushmanager.connect.hub.HubPush;
import io.pushmanager.connect.inbox.PushSink;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.vertx.core.Future;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Stands where the clients of a Connect-Node would: counts a push, and how long it took to get here when its payload begins
 * with {@code @@<CLOCK_MONOTONIC ns>@@}. Answers as if one connection had got it.
 *
 * <p><b>Thread:</b> any.
 */
final class CountingSink implements PushSink {

    private static final HubAnswer WRITTEN = new HubAnswer.Delivered(new DeliveryCounts(1, 1, 0, 0, 0, 0, 0));
    private static final Future<HubAnswer> DONE = Future.succeededFuture(WRITTEN);

    private final RoomsOfNode rooms;
    private final LongAdder received = new LongAdder();
    private final LongAdder strays = new LongAdder();
    private final ReceiptHistogram receipt = new ReceiptHistogram();

    CountingSink(RoomsOfNode rooms) {
        this.rooms = rooms;
    }

    @Override
    public Future<List<HubAnswer>> deliverAll(List<HubPush> pushes) {
        for (HubPush push : pushes) {
            count(push);
        }
        return Future.succeededFuture(Collections.nCopies(pushes.size(), WRITTEN));
    }

    @Override
    public Future<HubAnswer> deliver(HubPush push) {
        count(push);
        return DONE;
    }

    private void count(HubPush push) {
        received.increment();
        if (!rooms.holds(push.target().roomId())) {
            strays.increment();
        }
        Content content = push.content();
        long stamp = Stamp.of(content);
        if (stamp > 0) {
            receipt.record(System.nanoTime() - stamp); // CLOCK_MONOTONIC on Linux
        }
    }

    long received() {
        return received.sum();
    }

    /** Of those received, the ones for a room that is not this node's. */
    long strays() {
        return strays.sum();
    }

    ReceiptHistogram receipt() {
        return receipt;
    }
}
