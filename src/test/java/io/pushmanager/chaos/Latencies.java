package io.pushmanager.chaos;

import io.pushmanager.ledger.Ledger;
import io.pushmanager.ledger.Push;
import io.pushmanager.ledger.SocketLog;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** How long pushes took, from the clients' ledger: milliseconds from the beginning of the call. */
final class Latencies {

    private final List<Double> millis = new ArrayList<>();

    private Latencies() {}

    /** Until the reply, of calls that were answered OK. */
    static Latencies ofReplies(Ledger ledger, Predicate<Push> which) {
        Latencies latencies = new Latencies();
        for (Push push : ledger.pushes()) {
            Push.Reply reply = push.reply();
            if (reply != null && reply.code() == 0 && which.test(push)) {
                latencies.millis.add((reply.at() - push.begunAt()) / 1_000.0);
            }
        }
        return latencies;
    }

    /** Until each frame arrived. */
    static Latencies ofArrivals(Ledger ledger, Predicate<Push> which) {
        Map<String, Push> byBody = new HashMap<>();
        ledger.pushes().forEach(push -> byBody.putIfAbsent(push.body(), push));
        Latencies latencies = new Latencies();
        for (SocketLog socket : ledger.sockets()) {
            for (SocketLog.Frame frame : socket.frames()) {
                Push push = byBody.get(frame.body());
                if (push != null && which.test(push)) {
                    latencies.millis.add((frame.at() - push.begunAt()) / 1_000.0);
                }
            }
        }
        return latencies;
    }

    int count() {
        return millis.size();
    }

    double p99() {
        if (millis.isEmpty()) {
            throw new AssertionError("no push to measure");
        }
        List<Double> sorted = new ArrayList<>(millis);
        Collections.sort(sorted);
        return sorted.get((int) Math.ceil(sorted.size() * 0.99) - 1);
    }
}
