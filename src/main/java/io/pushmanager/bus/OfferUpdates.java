package io.pushmanager.bus;

import io.pushmanager.core.outcome.NodeReport;
import java.util.Arrays;

/**
 * The node clients of one event loop tell fan-out what became of offers: what one turn of the loop brought.
 *
 * <p><b>Order:</b> for each push first one that says accepted or rejected, in the turn of its receipt unless it waits for room in a
 * mailbox; then, if it was
 * accepted and the push asked for {@code DELIVERED}, exactly one more with the end. An end that says {@code ACCEPTED} has
 * a reason: the node does not report. A push that expires or is replaced before it was accepted has its end as its first and only one, not accepted. <b>Thread:</b> immutable.
 */
public final class OfferUpdates {

    private final int size;
    private final String[] clientIds;
    private final long[] pushIds;
    private final NodeReport[] reports;

    private OfferUpdates(int size, String[] clientIds, long[] pushIds, NodeReport[] reports) {
        this.size = size;
        this.clientIds = clientIds;
        this.pushIds = pushIds;
        this.reports = reports;
    }

    public static OfferUpdates of(String clientId, long pushId, NodeReport report) {
        return new OfferUpdates(1, new String[] {clientId}, new long[] {pushId}, new NodeReport[] {report});
    }

    /** The node client that the offers went to. */
    public String clientId(int index) {
        return clientIds[index];
    }

    public int size() {
        return size;
    }

    public long pushId(int index) {
        return pushIds[index];
    }

    public NodeReport report(int index) {
        return reports[index];
    }

    /** Where the node clients of a loop gather what they have to say. <b>Thread:</b> one. <b>Bound:</b> its owner's: take in time. */
    public static final class Gatherer {

        private static final int FEWEST = 4;

        private int size;
        private String[] clientIds = new String[FEWEST];
        private long[] pushIds = new long[FEWEST];
        private NodeReport[] reports = new NodeReport[FEWEST];

        public void add(String clientId, long pushId, NodeReport report) {
            if (size == pushIds.length) {
                clientIds = Arrays.copyOf(clientIds, 2 * size);
                pushIds = Arrays.copyOf(pushIds, 2 * size);
                reports = Arrays.copyOf(reports, 2 * size);
            }
            clientIds[size] = clientId;
            pushIds[size] = pushId;
            reports[size] = report;
            size++;
        }

        public int size() {
            return size;
        }

        /** What was gathered, at least one; starts anew. */
        public OfferUpdates take() {
            OfferUpdates taken = new OfferUpdates(size, clientIds, pushIds, reports);
            // As much room as this turn took: the next one will be much like it.
            int room = Math.max(FEWEST, size);
            clientIds = new String[room];
            pushIds = new long[room];
            reports = new NodeReport[room];
            size = 0;
            return taken;
        }
    }
}
