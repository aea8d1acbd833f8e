package io.pushmanager.it;

import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.outcome.PushResult;
import io.pushmanager.ledger.Ledger;
import io.pushmanager.ledger.Push;
import io.pushmanager.ledger.PushTarget;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What an application asked of the bus and was answered, for the ledger.
 *
 * <p>A publisher is not told which manager took a push, and between managers order is kept only behind what has been delivered.
 * So each push counts as one of a manager of its own, those of one batch too, but for what every node has reported: all of that
 * went through one.
 *
 * <p><b>Thread:</b> any.
 */
final class BusRecord {

    private static final String DELIVERED_BY = "the bus";

    private final Map<String, Push> pushes = new ConcurrentHashMap<>();
    private final AtomicInteger calls = new AtomicInteger();

    /** Begins a call; returns its name. The pushes of one batch are told apart by their positions. */
    String called(io.pushmanager.publisher.Push asked, @Nullable String batch, int position) {
        String id = "bus:" + calls.incrementAndGet();
        String messageId = asked.options().messageId();
        pushes.put(
                id,
                new Push(
                        id,
                        batch == null ? id : batch,
                        targetOf(asked),
                        asked.options().ack() == AckLevel.DELIVERED,
                        batch,
                        position,
                        asked.content().data(),
                        messageId.isEmpty() ? null : messageId,
                        Set.of(),
                        nowMicros(),
                        null));
        return id;
    }

    void answered(String call, PushAnswer answer) {
        if (answer instanceof PushError error) {
            failed(call, error.code());
            return;
        }
        PushResult result = (PushResult) answer;
        Map<String, Push.Report> nodes = new LinkedHashMap<>();
        for (NodeReport node : result.nodes()) {
            nodes.put(node.nodeId(), new Push.Report("OUTCOME_" + node.outcome(), countsOf(node.delivery())));
        }
        replied(
                call,
                isDelivered(result),
                new Push.Reply(
                        nowMicros(),
                        0,
                        result.nodesTargeted(),
                        result.nodesAccepted(),
                        result.nodesFailed(),
                        countsOf(result.delivery()),
                        nodes));
    }

    void failed(String call, ErrorCode code) {
        replied(call, false, new Push.Reply(nowMicros(), code.grpcCode(), 0, 0, 0, null, Map.of()));
    }

    private void replied(String call, boolean delivered, Push.Reply reply) {
        Push push = Objects.requireNonNull(pushes.get(call));
        pushes.put(call, push.answered(delivered ? DELIVERED_BY : push.manager(), reply));
    }

    /** Adds what has happened so far. */
    Ledger tell(Ledger ledger) {
        pushes.values().forEach(ledger::add);
        return ledger;
    }

    private static boolean isDelivered(PushResult result) {
        return result.delivery() != null
                && result.delivery().unknown() == 0
                && result.nodes().stream().allMatch(node -> node.outcome() == Outcome.REPORTED);
    }

    private static PushTarget targetOf(io.pushmanager.publisher.Push asked) {
        return switch (asked.target()) {
            case ROOM -> new PushTarget(asked.id(), null);
            case USER -> new PushTarget(null, asked.id());
            case EVERYONE -> new PushTarget(null, null);
        };
    }

    private static Push.@Nullable Counts countsOf(@Nullable DeliveryCounts delivery) {
        return delivery == null
                ? null
                : new Push.Counts(
                        delivery.matched(),
                        delivery.written(),
                        delivery.droppedSlow(),
                        delivery.expired(),
                        delivery.duplicate(),
                        delivery.conflated(),
                        delivery.unknown());
    }

    /** The clock of the other clients' ledgers. */
    static long nowMicros() {
        return TimeUnit.NANOSECONDS.toMicros(System.nanoTime());
    }
}
