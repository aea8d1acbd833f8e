package io.pushmanager.bus;

import io.pushmanager.core.mailbox.MailboxEntry;
import java.util.Arrays;
import java.util.List;

/**
 * Fan-out offers pushes to the mailboxes of the node clients of one event loop: what one turn of its own brought for them.
 * One message for all of them, because a message on the bus costs more than what is in it.
 *
 * <p><b>Order:</b> of the clients' first offers; a client is named once. <b>Thread:</b> immutable.
 */
public final class Offers {

    private final int size;
    private final String[] clientIds;
    private final List<MailboxEntry>[] entries;

    private Offers(int size, String[] clientIds, List<MailboxEntry>[] entries) {
        this.size = size;
        this.clientIds = clientIds;
        this.entries = entries;
    }

    public static Offers to(String clientId, List<MailboxEntry> entries) {
        Gatherer one = new Gatherer();
        one.add(clientId, entries);
        return one.take();
    }

    /** How many clients there is something for; at least one. */
    public int size() {
        return size;
    }

    public String clientId(int index) {
        return clientIds[index];
    }

    /** In the order of arrival, at least one; clients that get the same ones share the list, so that nobody writes to it. */
    public List<MailboxEntry> entries(int index) {
        return entries[index];
    }

    /** Where fan-out gathers them. <b>Thread:</b> one. <b>Bound:</b> the clients of an event loop. */
    public static final class Gatherer {

        private static final int FEWEST = 4;

        private int size;
        private String[] clientIds = new String[FEWEST];
        private List<MailboxEntry>[] entries = lists(FEWEST);

        /** Once for each client. */
        public void add(String clientId, List<MailboxEntry> offered) {
            if (size == clientIds.length) {
                clientIds = Arrays.copyOf(clientIds, 2 * size);
                entries = Arrays.copyOf(entries, 2 * size);
            }
            clientIds[size] = clientId;
            entries[size] = offered;
            size++;
        }

        public boolean isEmpty() {
            return size == 0;
        }

        /** What was gathered, at least one; starts anew. */
        public Offers take() {
            Offers taken = new Offers(size, clientIds, entries);
            clientIds = new String[size];
            entries = lists(size);
            size = 0;
            return taken;
        }

        @SuppressWarnings({"unchecked", "rawtypes"}) // an array of lists cannot be made otherwise
        private static List<MailboxEntry>[] lists(int length) {
            return new List[length];
        }
    }
}
