package io.pushmanager.connect.inbox;

import io.pushmanager.connect.hub.InterestFeed;
import io.pushmanager.connect.hub.InterestFeed.Question;
import io.pushmanager.core.interest.InterestGate;
import io.pushmanager.core.interest.InterestLink;
import io.pushmanager.core.interest.InterestUpdate;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.LinkInterestAck;
import io.pushmanager.proto.pubsub.LinkProbe;
import io.pushmanager.proto.pubsub.LinkProbeAnswer;
import io.pushmanager.telemetry.Meters;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells the managers that want to know which rooms and users this node has, and answers the event loops that ask whether they may tell
 * their clients.
 *
 * <p><b>Order:</b> what was told before a probe came is written before its answer. <b>Bound:</b> a stream whose queue is full is written
 * nothing; what there is to tell meanwhile waits in the gate, as changes to the table. <b>Thread:</b> confined to the inbox's event
 * loop, but for the figures that metrics read.
 */
final class LinkInterests {

    /** The feature's name in hello and welcome. */
    static final String FEATURE = "interest";

    private static final long NO_TIMER = -1;

    /** Everything that the feed has; questions wait for the end of it. */
    private final class Taker implements InterestFeed.Taker {

        private List<Question> asked = new ArrayList<>();

        @Override
        public void roomCame(long hash) {
            gate.roomCame(hash);
        }

        @Override
        public void roomWent(long hash) {
            gate.roomWent(hash);
        }

        @Override
        public void userCame(long hash) {
            gate.userCame(hash);
        }

        @Override
        public void userWent(long hash) {
            gate.userWent(hash);
        }

        @Override
        public void asked(Question question) {
            asked.add(question);
        }

        void take() {
            feed.take(this);
            if (!asked.isEmpty()) {
                gate.hold(asked, clocks.nanoTime());
                asked = new ArrayList<>();
            }
        }
    }

    private final InterestFeed feed;
    private final InterestConfig config;
    private final Clocks clocks;
    private final Vertx vertx;
    private final InterestGate<Question> gate;
    private final Taker taker = new Taker();
    private final Set<LinkStream> streams = new LinkedHashSet<>();
    private long timer = NO_TIMER;
    private long timerAtNanos;

    // read by metrics, on any thread
    private volatile long entries;
    private volatile boolean allUsers;

    LinkInterests(
            InterestFeed feed, InterestConfig config, Clocks clocks, Meters meters, Vertx vertx, Context context) {
        this.feed = feed;
        this.config = config;
        this.clocks = clocks;
        this.vertx = vertx;
        this.gate = new InterestGate<>(
                config.maxEntries(),
                config.maxLease().toNanos(),
                ThreadLocalRandom.current().nextLong());
        if (feed.isOn()) {
            meters.gauge("connect_node_interest_entries", this, interests -> interests.entries);
            meters.gauge("connect_node_interest_all_users", this, interests -> interests.allUsers ? 1 : 0);
            meters.gauge("connect_node_joins_waiting", feed, InterestFeed::held);
            feed.open(() -> context.runOnContext(task -> takeAndTell()));
        }
    }

    boolean isOn() {
        return feed.isOn();
    }

    InterestLink<Question> newLink() {
        return gate.newLink();
    }

    /** A stream that wants to be told, after its welcome. */
    void begin(LinkStream stream, InterestLink<Question> link) {
        streams.add(stream);
        link.opened();
        takeAndTell();
    }

    /** The manager has closed its side, which it does when it routes nothing any more: its lease holds nobody up. */
    void left(InterestLink<Question> link) {
        link.left();
        answer();
    }

    /** @param goesOn the session has another stream by now */
    void ended(LinkStream stream, InterestLink<Question> link, boolean goesOn) {
        if (streams.remove(stream) && !goesOn) {
            link.broke();
        }
    }

    /** What is wrong with it, or null. */
    @Nullable
    PushError acknowledged(InterestLink<Question> link, LinkInterestAck ack) {
        if (!link.acknowledged(ack.getVersion())) {
            return PushError.invalid("interest_ack.version", "was never told");
        }
        takeAndTell();
        return null;
    }

    /** Before anything else is done about a probe: adds what there is to say of the table and the lease, having told all that led to it. */
    void probed(
            LinkStream stream,
            InterestLink<Question> link,
            LinkProbe probe,
            long arrivalNanos,
            LinkProbeAnswer.Builder answer) {
        long asked = probe.getLeaseNanos();
        boolean may = asked > 0 && asked <= config.maxLease().toNanos();
        if (may) {
            feed.leaseUntil(arrivalNanos + InterestGate.withMargin(asked));
        }
        taker.take();
        tell(stream, link, true);
        answer.setLeaseGranted(may && link.lease(asked, arrivalNanos)).setInterestVersion(link.version());
        takeAndTell();
    }

    void sweep() {
        gate.expire(clocks.nanoTime());
        answer();
    }

    void stop() {
        feed.close();
    }

    private void takeAndTell() {
        taker.take();
        for (LinkStream stream : streams) {
            stream.tellInterest();
        }
        answer();
    }

    /** What came by now is written to this stream before anything else is. */
    void tellNow(LinkStream stream, InterestLink<Question> link) {
        takeAndTell();
        tell(stream, link, true);
    }

    /** @param urgent what would rather collect is written too */
    void tell(LinkStream stream, InterestLink<Question> link, boolean urgent) {
        while (stream.isWritable()) {
            InterestUpdate update = link.next(urgent);
            if (update == null) {
                return;
            }
            stream.write(InterestMapper.toProto(update));
        }
    }

    private void answer() {
        List<Question> free = gate.takeReleased();
        if (!free.isEmpty()) {
            feed.answer(free);
        }
        entries = gate.entries();
        allUsers = gate.allUsers();
        setTimer();
    }

    private void setTimer() {
        long now = clocks.nanoTime();
        long nanos = gate.nanosUntilExpiry(now);
        if (nanos == Long.MAX_VALUE || (timer != NO_TIMER && timerAtNanos - now <= nanos)) {
            return; // one that is too early looks again
        }
        if (timer != NO_TIMER) {
            vertx.cancelTimer(timer);
        }
        timerAtNanos = now + nanos;
        timer = vertx.setTimer(TimeUnit.NANOSECONDS.toMillis(nanos) + 1, due -> {
            timer = NO_TIMER;
            sweep();
        });
    }
}
