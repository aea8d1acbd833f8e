package io.pushmanager.chaos;

import io.pushmanager.proto.pubsub.LinkInterestAck;
import io.pushmanager.proto.pubsub.ManagerFrame;
import io.pushmanager.proto.pubsub.NodeFrame;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * Breaks the lease of interest on one {@code Link} stream: what the node says of its rooms and users reaches the manager late, the
 * node is told at once that the manager has applied it, and the manager that all it was told is all there is.
 *
 * <p>So clients see {@code joined} and {@code welcome} while the manager passes their node by, under a lease that it believes to
 * hold. <b>Order:</b> the node's. <b>Thread:</b> the meddling node's timer.
 */
final class LeaseMeddler implements LinkMeddling {

    private final ScheduledExecutorService timer;
    private final IntSupplier delayMillis;
    private final Deque<NodeFrame> held = new ArrayDeque<>();
    private long handedOn;
    private long lastNanos = System.nanoTime();

    /** @param delayMillis asked for each frame; 0: it goes on as it came, if none is held before it */
    LeaseMeddler(ScheduledExecutorService timer, IntSupplier delayMillis) {
        this.timer = timer;
        this.delayMillis = delayMillis;
    }

    @Override
    public void fromManager(ManagerFrame frame, Ends ends) {
        ends.toNode(frame); // an acknowledgement that the node has already changes nothing
    }

    @Override
    public void fromNode(NodeFrame frame, Ends ends) {
        switch (frame.getFrameCase()) {
            case INTEREST -> interest(frame, ends);
            case PROBE_ANSWER -> ends.toManager(withoutWhatIsHeld(frame));
            default -> ends.toManager(frame);
        }
    }

    private void interest(NodeFrame frame, Ends ends) {
        int delay = delayMillis.getAsInt();
        if (delay == 0 && held.isEmpty()) {
            handOn(frame, ends);
            return;
        }
        if (!frame.getInterest().getMore()) {
            ends.toNode(ManagerFrame.newBuilder()
                    .setInterestAck(LinkInterestAck.newBuilder()
                            .setVersion(frame.getInterest().getVersion()))
                    .build());
        }
        held.add(frame);
        long now = System.nanoTime();
        lastNanos = Math.max(lastNanos, now + TimeUnit.MILLISECONDS.toNanos(delay));
        timer.schedule(() -> handOn(held.remove(), ends), lastNanos - now, TimeUnit.NANOSECONDS);
    }

    private void handOn(NodeFrame interest, Ends ends) {
        if (!interest.getInterest().getMore()) {
            handedOn = interest.getInterest().getVersion();
        }
        ends.toManager(interest);
    }

    private NodeFrame withoutWhatIsHeld(NodeFrame answer) {
        return answer.toBuilder()
                .setProbeAnswer(answer.getProbeAnswer().toBuilder()
                        .setInterestVersion(Math.min(answer.getProbeAnswer().getInterestVersion(), handedOn)))
                .build();
    }
}
