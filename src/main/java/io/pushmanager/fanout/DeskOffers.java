package io.pushmanager.fanout;

import io.pushmanager.bus.Address;
import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.Offers;
import io.pushmanager.core.mailbox.MailboxEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gathers what goes to the node clients of one event loop into one message of the bus.
 *
 * <p><b>Order:</b> of the offers to a client. <b>Bound:</b> what one {@link #flush} follows. <b>Thread:</b> fan-out's event loop only.
 */
final class DeskOffers {

    private final Bus bus;
    private final Map<String, Desk> byClient = new HashMap<>();
    private final List<Desk> waiting = new ArrayList<>();

    DeskOffers(Bus bus) {
        this.bus = bus;
    }

    void opened(String clientId, String desk) {
        Desk shared = byClient.values().stream()
                .filter(other -> other.name.equals(desk))
                .findAny()
                .orElseGet(() -> new Desk(desk));
        byClient.put(clientId, shared);
    }

    void closed(String clientId) {
        byClient.remove(clientId);
    }

    /** Once for each client before the next {@link #flush}; one that is closed gets nothing. */
    void add(String clientId, List<MailboxEntry> offers) {
        Desk desk = byClient.get(clientId);
        if (desk == null) {
            return;
        }
        if (desk.offers.isEmpty()) {
            waiting.add(desk);
        }
        desk.offers.add(clientId, offers);
    }

    void flush() {
        for (int i = 0; i < waiting.size(); i++) {
            Desk desk = waiting.get(i);
            bus.send(desk.address, desk.offers.take());
        }
        waiting.clear();
    }

    private static final class Desk {
        final String name;
        final Address<Offers> address;
        final Offers.Gatherer offers = new Offers.Gatherer();

        Desk(String name) {
            this.name = name;
            this.address = Addresses.offersTo(name);
        }
    }
}
