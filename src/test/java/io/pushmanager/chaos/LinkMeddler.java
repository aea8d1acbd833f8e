package io.pushmanager.chaos;

import io.pushmanager.proto.pubsub.LinkAck;
import io.pushmanager.proto.pubsub.LinkBatch;
import io.pushmanager.proto.pubsub.LinkPush;
import io.pushmanager.proto.pubsub.LinkResultDetail;
import io.pushmanager.proto.pubsub.LinkResults;
import io.pushmanager.proto.pubsub.LinkWelcome;
import io.pushmanager.proto.pubsub.ManagerFrame;
import io.pushmanager.proto.pubsub.NodeFrame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Does to the pushes on one {@code Link} stream what the saboteur says, and keeps the protocol on both sides.
 *
 * <p>What is added, left out or held makes the node's ids other than the manager's: results and what is consumed are told in the
 * manager's ids, what the manager was told of pushes that the node did not get is made up here, and acknowledgements are numbered
 * anew. The session ends with the stream, for nobody else knows both sides' ids. <b>Thread:</b> the meddling node's timer.
 */
final class LinkMeddler implements LinkMeddling {

    private static final long NOT_HANDED_ON = 0;

    private final Saboteur saboteur;
    private @Nullable LinkPush held;

    private final Map<Long, Long> managersIdOf = new HashMap<>();
    private final Set<Long> miscounted = new HashSet<>();
    /** The node's ids of the manager's pushes that are not consumed, in the manager's order. */
    private final Deque<Long> unconsumed = new ArrayDeque<>();

    private long lastToNode;
    private long consumedByNode;
    private long consumed;
    private long lastAckOfNode;
    private long lastAck;

    LinkMeddler(Saboteur saboteur) {
        this.saboteur = saboteur;
    }

    @Override
    public void fromManager(ManagerFrame frame, Ends ends) {
        ManagerFrame changed = changed(frame, ends::toManager);
        if (changed != null) {
            ends.toNode(changed);
        }
    }

    @Override
    public void fromNode(NodeFrame frame, Ends ends) {
        ends.toManager(changed(frame));
    }

    /** What is to go to the node instead, or null for nothing. {@code manager} hears of what was not handed on. */
    private @Nullable ManagerFrame changed(ManagerFrame frame, Consumer<NodeFrame> manager) {
        return switch (frame.getFrameCase()) {
            case HELLO ->
                frame.toBuilder()
                        .setHello(frame.getHello().toBuilder().clearSession().clearAckSeen())
                        .build();
            case PROBE ->
                frame.toBuilder()
                        .setProbe(frame.getProbe().toBuilder().setAckSeen(lastAckOfNode))
                        .build();
            case BATCH -> batch(frame.getBatch(), manager);
            default -> frame;
        };
    }

    /** What is to go to the manager instead. */
    private NodeFrame changed(NodeFrame frame) {
        return switch (frame.getFrameCase()) {
            case WELCOME ->
                frame.toBuilder().setWelcome(roomForDoubles(frame.getWelcome())).build();
            case ACK -> ack(frame.getAck());
            default -> frame;
        };
    }

    private static LinkWelcome roomForDoubles(LinkWelcome welcome) {
        return welcome.toBuilder()
                .setWindowPushes(welcome.getWindowPushes() / 2)
                .setWindowBytes(welcome.getWindowBytes() / 2)
                .build();
    }

    private @Nullable ManagerFrame batch(LinkBatch batch, Consumer<NodeFrame> manager) {
        long first = lastToNode + 1;
        List<LinkPush> toNode = new ArrayList<>();
        List<LinkResults> madeUp = new ArrayList<>();
        for (int i = 0; i < batch.getPushesCount(); i++) {
            long id = batch.getFirstId() + i;
            LinkPush push = batch.getPushes(i);
            Sabotage sabotage = push.hasPush() ? saboteur.next() : Sabotage.NONE;
            if (sabotage == Sabotage.DROP || sabotage == Sabotage.REORDER) {
                held = sabotage == Sabotage.REORDER ? push : null;
                unconsumed.add(NOT_HANDED_ON);
                madeUp.add(written(id, 1));
                continue;
            }
            add(toNode, sabotage == Sabotage.MISROUTE ? elsewhere(push) : push);
            unconsumed.add(lastToNode);
            managersIdOf.put(lastToNode, id);
            if (sabotage == Sabotage.DOUBLE) {
                add(toNode, again(push));
            } else if (sabotage == Sabotage.MISCOUNT) {
                miscounted.add(id);
            }
            LinkPush late = held;
            held = null;
            if (late != null && saboteur.isReordering()) {
                add(toNode, late);
            }
        }
        if (!madeUp.isEmpty()) {
            manager.accept(ack(madeUp));
        }
        return toNode.isEmpty()
                ? null
                : ManagerFrame.newBuilder()
                        .setBatch(batch.toBuilder()
                                .setFirstId(first)
                                .clearPushes()
                                .addAllPushes(toNode)
                                .setAckSeen(lastAckOfNode))
                        .build();
    }

    private void add(List<LinkPush> toNode, LinkPush push) {
        toNode.add(push);
        lastToNode++;
    }

    private NodeFrame ack(LinkAck ack) {
        lastAckOfNode = ack.getNumber();
        consumedByNode = ack.getConsumedThrough();
        List<LinkResults> results = new ArrayList<>();
        for (LinkResults run : ack.getResultsList()) {
            Map<Integer, LinkResultDetail> details = new HashMap<>();
            run.getDetailsList().forEach(detail -> details.put(detail.getIndex(), detail));
            for (int i = 0; i < run.getMatchedCount(); i++) {
                Long id = managersIdOf.remove(run.getFirstId() + i);
                if (id != null) { // otherwise one that the manager knows nothing of
                    results.add(result(id, run.getMatched(i), details.get(i)));
                }
            }
        }
        return ack(results);
    }

    private NodeFrame ack(List<LinkResults> results) {
        while (!unconsumed.isEmpty() && unconsumed.element() <= consumedByNode) {
            unconsumed.remove();
            consumed++;
        }
        return NodeFrame.newBuilder()
                .setAck(LinkAck.newBuilder()
                        .setNumber(++lastAck)
                        .setConsumedThrough(consumed)
                        .addAllResults(results))
                .build();
    }

    private LinkResults result(long id, int matched, @Nullable LinkResultDetail detail) {
        if (miscounted.remove(id)) {
            return written(id, matched + 1);
        }
        LinkResults result = written(id, matched);
        return detail == null
                ? result
                : result.toBuilder().addDetails(detail.toBuilder().setIndex(0)).build();
    }

    private static LinkResults written(long id, int connections) {
        return LinkResults.newBuilder().setFirstId(id).addMatched(connections).build();
    }

    private static LinkPush again(LinkPush push) {
        return push.toBuilder().setPush(Saboteur.again(push.getPush())).build();
    }

    private static LinkPush elsewhere(LinkPush push) {
        return push.toBuilder().setPush(Saboteur.elsewhere(push.getPush())).build();
    }
}
