package io.pushmanager.connect.hub;

import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.PushError;

/** What became of a push at this node. */
public sealed interface HubAnswer {

    /** Every event loop has handed its frames over; the counts reconcile. */
    record Delivered(DeliveryCounts counts) implements HubAnswer {}

    /** Not delivered, because the message_id was used with other content. */
    record Refused(PushError error) implements HubAnswer {}
}
