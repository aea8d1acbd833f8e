package io.pushmanager.bus;

import io.pushmanager.core.explain.HopRow;
import io.pushmanager.core.explain.NodeDelivery;
import java.util.List;
import java.util.Map;

/**
 * What the node clients and their nodes know of a message id.
 *
 * @param rows of the ends at node clients, newest first
 * @param nodes what the nodes said, by client id; of a node client that is gone there is nothing
 */
public record NodeExplainAnswer(List<HopRow> rows, Map<String, Said> nodes) {

    /**
     * What one node said.
     *
     * @param askedNanos when it was asked, on this process's monotonic clock
     * @param answeredNanos when its answer came
     * @param deliveries each time that it got the push, newest first
     * @param failure why it said nothing; empty when it answered
     */
    public record Said(long askedNanos, long answeredNanos, List<NodeDelivery> deliveries, String failure) {}
}
