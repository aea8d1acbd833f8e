package io.pushmanager.core.fanout;

import io.pushmanager.core.interest.NodeInterest;
import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.membership.NodeInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One node client as fan-out knows it.
 *
 * <p><b>Bound:</b> {@code unanswered} never exceeds the credits of a node: it counts the offers that are on the bus or
 * in front of the mailbox and have not been answered. <b>Thread:</b> fan-out's event loop only.
 */
public final class NodeSlot {

    private final String clientId;
    private NodeInfo node;
    private int unanswered;
    /** Where this slot stands in the table's current array of open slots: a hint that makes finding it in a push cheap. */
    int index;

    // owned by InterestRouter
    /** Null until the node says something of its interest. */
    @Nullable
    NodeInterest<NodeSlot> interest;
    /** Whether a push may pass the node by, as of the router's last look. */
    boolean trusted;
    /** This slot by itself, made once: most pushes concern one node. */
    final NodeSlot[] alone = {this};

    // owned by OfferBatches
    int gathered;
    /** Null while it is the beginning of the common list. */
    @Nullable
    List<MailboxEntry> own;

    NodeSlot(String clientId, NodeInfo node) {
        this.clientId = clientId;
        this.node = node;
    }

    public String clientId() {
        return clientId;
    }

    public NodeInfo node() {
        return node;
    }

    void describe(NodeInfo newer) {
        node = newer;
    }

    boolean hasCredit(int credits) {
        return unanswered < credits;
    }

    void offered() {
        unanswered++;
    }

    /** A late answer can come twice if a client is broken; credits never grow beyond their number by it. */
    void answered() {
        if (unanswered > 0) {
            unanswered--;
        }
    }
}
