package io.pushmanager.connect.hub;

import io.pushmanager.core.drain.DrainPlan;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One {@link DrainPlan} for the sockets of all event loops: each takes the next time, so that the pace is the node's and not
 * a loop's. <b>Thread:</b> any.
 */
final class DrainTimes {

    private static final Logger log = LoggerFactory.getLogger(DrainTimes.class);

    private final DrainPlan plan;
    private final AtomicInteger told = new AtomicInteger();

    private DrainTimes(DrainPlan plan) {
        this.plan = plan;
    }

    /** Says in the log what is going to happen, and whether the grace is too short for the pace. */
    static DrainTimes begin(int connections, int perSecond, Duration grace) {
        DrainPlan plan = DrainPlan.of(connections, perSecond, grace.toMillis());
        if (connections == 0) {
            return new DrainTimes(plan); // nobody to tell
        }
        if (plan.isCompressed()) {
            log.warn(
                    "{} clients are told to go within {} ms, {} a second: at node.drain.connections-per-second {} they would "
                            + "take {} ms, and drain.socket-grace leaves no more",
                    connections,
                    plan.spreadMillis(),
                    String.format(Locale.ROOT, "%.0f", plan.perSecond()),
                    perSecond,
                    plan.wantedMillis());
        } else {
            log.info("{} clients are told to go within {} ms", connections, plan.spreadMillis());
        }
        return new DrainTimes(plan);
    }

    long nextMillis() {
        return plan.reconnectAfterMillis(told.getAndIncrement() & Integer.MAX_VALUE);
    }
}
