package io.pushmanager.nodeclient;

import io.pushmanager.bus.Address;
import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.InterestApplied;
import io.pushmanager.bus.InterestEvent;
import io.pushmanager.core.interest.InterestReader;
import io.pushmanager.core.interest.InterestUpdate;
import io.pushmanager.core.link.LinkViolation;
import io.pushmanager.proto.pubsub.LinkInterest;
import io.pushmanager.proto.pubsub.LinkInterestAck;
import io.pushmanager.proto.pubsub.LinkProbeAnswer;
import io.pushmanager.proto.pubsub.LinkWelcome;
import io.pushmanager.proto.pubsub.ManagerFrame;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes what a node says of its interest to fan-out, and acknowledges it when fan-out goes by it, not before.
 *
 * <p><b>Order:</b> the node's: tables and leases reach fan-out as they were said. <b>Bound:</b> {@value #MOST_UNAPPLIED} pieces and those
 * of one read of the connection; the stream is read no further meanwhile. <b>Failure:</b> what cannot be is a {@link LinkViolation}; what fan-out
 * cannot take ends the stream, and the next one begins anew. <b>Thread:</b> the node client's event loop.
 */
final class InterestFeed {

    static final String FEATURE = "interest";
    private static final int MOST_UNAPPLIED = 32;
    private static final Address<InterestEvent> FANOUT = Addresses.INTEREST;

    private final String clientId;
    private final Bus bus;
    private final long leaseNanos;
    private final Bus.@Nullable Subscription applied;

    private @Nullable LinkStream line;
    private InterestReader reader = new InterestReader(0);
    private long stream;
    private boolean agreed;
    private int unapplied;
    private boolean paused;

    /** @param leaseNanos how long a table may be relied on without a new answer; 0 when pushes are not routed by interest */
    InterestFeed(String clientId, Bus bus, long leaseNanos) {
        this.clientId = clientId;
        this.bus = bus;
        this.leaseNanos = leaseNanos;
        this.applied = leaseNanos == 0 ? null : bus.consume(Addresses.interestAppliedTo(clientId), this::onApplied);
    }

    /** To be named in the hello. */
    List<String> features() {
        return leaseNanos == 0 ? List.of() : List.of(FEATURE);
    }

    /** To be asked for with a probe: 0 for none. */
    long askedNanos() {
        return agreed ? leaseNanos : 0;
    }

    /** How often to ask at least: so that an answer may take half the lease before the table is not relied on for a while. */
    long mostMillisBetweenProbes(long otherwise) {
        return leaseNanos == 0 ? otherwise : Math.min(otherwise, Math.max(1, leaseNanos / 2_000_000));
    }

    void welcomed(LinkWelcome welcome, LinkStream newLine) {
        stream++;
        reader = new InterestReader(stream);
        line = newLine;
        agreed = leaseNanos > 0 && welcome.getFeaturesList().contains(FEATURE);
        unapplied = 0;
        paused = false;
    }

    void broke() {
        agreed = false;
        line = null;
    }

    void said(LinkInterest said) {
        if (line == null) {
            return; // the connection is gone, and what it still brings is the same once more with the next
        }
        if (!agreed) {
            throw new LinkViolation("interest, although it was not asked for");
        }
        InterestUpdate frame = new InterestUpdate(
                said.getVersion(),
                said.getSnapshot(),
                said.getMore(),
                said.getAllUsers(),
                hashes(said.getRoomsAddedList()),
                hashes(said.getRoomsRemovedList()),
                hashes(said.getUsersAddedList()),
                hashes(said.getUsersRemovedList()));
        reader.read(frame, change -> {
            unapplied++;
            bus.send(FANOUT, new InterestEvent.Said(clientId, change));
        });
        LinkStream from = line;
        if (unapplied > MOST_UNAPPLIED && !paused && from != null) {
            paused = true;
            from.pause();
        }
    }

    /** @param sentNanos when the probe was sent, by this process's own record */
    void answered(LinkProbeAnswer answer, long sentNanos) {
        if (agreed && answer.getLeaseGranted()) {
            bus.send(
                    FANOUT,
                    new InterestEvent.Leased(clientId, stream, answer.getInterestVersion(), sentNanos + leaseNanos));
        }
    }

    private void onApplied(InterestApplied done) {
        LinkStream to = line;
        if (done.stream() != stream || to == null) {
            return; // of a stream that is gone: the next one says it again
        }
        unapplied--;
        if (done.refused()) {
            to.abort("fan-out does not know this node yet");
            return;
        }
        if (done.complete()) {
            to.write(LinkFrames.frame(ManagerFrame.newBuilder()
                    .setInterestAck(LinkInterestAck.newBuilder().setVersion(done.version()))
                    .build()));
        }
        if (paused && 2 * unapplied <= MOST_UNAPPLIED) {
            paused = false;
            to.resume();
        }
    }

    Future<Void> close() {
        return applied == null ? Future.succeededFuture() : applied.cancel();
    }

    private static long[] hashes(List<Long> list) {
        long[] hashes = new long[list.size()];
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = list.get(i);
        }
        return hashes;
    }
}
