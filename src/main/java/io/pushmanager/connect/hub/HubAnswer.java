package io.pushmanager.connect.hub;

import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.PushError;
import io.vertx.core.Future;

/** What became of a push at this node. */
public sealed interface HubAnswer {

    /** Every event loop has handed its frames over; the counts reconcile. Of a push without a report, what waits is {@code unknown}. */
    record Delivered(DeliveryCounts counts) implements HubAnswer {}

    /** Not delivered, because the message_id was used with other content. */
    record Refused(PushError error) implements HubAnswer {}

    /**
     * Every event loop has it behind it, but some clients do not take their bytes, or its frames may still expire.
     *
     * @param soFar what waits is {@code unknown}
     * @param counts once nothing waits, or {@code node.push.report-within} is over; never fails
     */
    record Later(DeliveryCounts soFar, Future<DeliveryCounts> counts) implements HubAnswer {}

    /** The answer once it is whole: never {@link Later}. */
    static Future<HubAnswer> whole(HubAnswer answer) {
        return answer instanceof Later later ? later.counts().map(Delivered::new) : Future.succeededFuture(answer);
    }
}
