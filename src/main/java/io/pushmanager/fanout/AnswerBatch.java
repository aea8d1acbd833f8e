package io.pushmanager.fanout;

import io.pushmanager.bus.Address;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.PushAnswers;
import io.pushmanager.bus.PushTicket;
import java.util.ArrayList;
import java.util.List;

/** The tickets that go back to one sender when the turn of the event loop ends. <b>Thread:</b> fan-out's event loop only. */
final class AnswerBatch {

    private static final int FEWEST = 8;

    private final Bus bus;
    private final Address<PushAnswers> sender;
    private List<PushTicket> answered = new ArrayList<>(FEWEST);

    AnswerBatch(Bus bus, Address<PushAnswers> sender) {
        this.bus = bus;
        this.sender = sender;
    }

    boolean isTo(Address<PushAnswers> other) {
        return sender.equals(other);
    }

    void add(PushTicket ticket) {
        answered.add(ticket);
    }

    void flush() {
        if (answered.isEmpty()) {
            return;
        }
        List<PushTicket> tickets = answered;
        answered = new ArrayList<>(Math.max(FEWEST, tickets.size()));
        bus.send(sender, new PushAnswers(tickets));
    }
}
