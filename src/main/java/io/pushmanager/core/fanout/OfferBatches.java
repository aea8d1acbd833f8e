package io.pushmanager.core.fanout;

import io.pushmanager.core.mailbox.MailboxEntry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gathers offers until the turn of the event loop ends, so that a node is sent all of them at once.
 *
 * <p>The nodes that are offered the same pushes get the same list, which is every node while every push goes everywhere:
 * a node keeps to the common list until it misses one of it, and copies what it had of it then. <b>Order:</b> a node's
 * offers stay in the order in which they came. <b>Bound:</b> {@value #MAX_OFFERS} pushes, then {@link #isFull}.
 * <b>Thread:</b> fan-out's event loop only.
 */
public final class OfferBatches {

    /** Enough for what is saved to be saved; few enough for the first one not to wait for long. */
    public static final int MAX_OFFERS = 256;

    private static final int FEWEST = 8;

    /** Takes what was gathered for one client. The list may be shared, and must not be written to. */
    @FunctionalInterface
    public interface Sink {
        void send(NodeSlot client, List<MailboxEntry> offers);
    }

    private final List<NodeSlot> clients = new ArrayList<>();
    private ArrayList<MailboxEntry> common = new ArrayList<>(FEWEST);

    public void add(NodeSlot client, MailboxEntry offer) {
        int last = common.size() - 1;
        boolean begins = last < 0 || common.get(last) != offer;
        if (begins) {
            common.add(offer);
            last++;
        }
        if (client.gathered == 0) {
            clients.add(client);
        }
        List<MailboxEntry> own = client.own;
        if (own == null && client.gathered < last) {
            own = new ArrayList<>(common.subList(0, client.gathered));
            client.own = own;
        }
        if (own != null) {
            own.add(offer);
        }
        client.gathered++;
    }

    public boolean isEmpty() {
        return clients.isEmpty();
    }

    public boolean isFull() {
        return common.size() >= MAX_OFFERS;
    }

    /** Hands over everything, in the order in which the clients were first offered something. */
    public void flush(Sink sink) {
        ArrayList<MailboxEntry> all = common;
        common = new ArrayList<>(Math.max(FEWEST, all.size()));
        for (int i = 0; i < clients.size(); i++) {
            NodeSlot client = clients.get(i);
            @Nullable List<MailboxEntry> own = client.own;
            int gathered = client.gathered;
            client.own = null;
            client.gathered = 0;
            sink.send(
                    client,
                    own != null ? own : gathered == all.size() ? all : new ArrayList<>(all.subList(0, gathered)));
        }
        clients.clear();
    }
}
