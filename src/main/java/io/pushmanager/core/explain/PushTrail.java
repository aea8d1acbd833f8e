package io.pushmanager.core.explain;

import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.outcome.NodeReport;
import java.util.List;

/**
 * What fan-out knows of one push. Times are on this process's monotonic clock.
 *
 * @param pushId fan-out's number of it
 * @param kind {@code push}, {@code dry run}, or the action of an operator
 * @param receivedNanos when ingress had it
 * @param offeredNanos when its nodes were known and their mailboxes were offered it
 * @param isAnswered whether the caller has its answer
 * @param answeredNanos then: since when
 */
public record PushTrail(
        long pushId,
        String messageId,
        Api api,
        AckLevel ack,
        String kind,
        long receivedNanos,
        long offeredNanos,
        boolean isAnswered,
        long answeredNanos,
        List<Part> nodes) {

    /**
     * One node that it went to.
     *
     * @param clientId of the node client
     * @param report as the caller was told it, or would be told now
     */
    public record Part(String clientId, NodeReport report) {}
}
