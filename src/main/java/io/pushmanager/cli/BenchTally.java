package io.pushmanager.cli;

import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Counts a run of {@code bench}: for each push whether the manager took it and how many connections got it.
 *
 * <p>Latencies run from the time at which a push was <em>meant</em> to be sent to its frame's arrival. A sender that is held up
 * by the one it measures must not stop the clock meanwhile: pushes that were due then count as late ("coordinated omission"
 * would leave exactly the worst ones out).
 * <b>Thread:</b> any. <b>Bound:</b> four bytes a push, and the histogram: 1 µs to an hour, three digits.
 */
final class BenchTally {

    private static final long MAX_MICROS = 3_600_000_000L;

    private final BenchPlan plan;
    private final AtomicIntegerArray arrivals;
    private final Histogram latencyMicros = new ConcurrentHistogram(1, MAX_MICROS, 3);
    private final LongAdder received = new LongAdder();
    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicInteger gaps = new AtomicInteger();

    // guarded by this
    private final BitSet accepted = new BitSet();
    private final Map<String, Integer> failures = new TreeMap<>();
    private long expected;
    private int acceptedPushes;
    private int failedPushes;

    BenchTally(BenchPlan plan) {
        this.plan = plan;
        this.arrivals = new AtomicIntegerArray(plan.pushes());
    }

    /** @param nowNanos in the clock of the mark */
    void arrived(BenchMark mark, long nowNanos) {
        if (mark.push() < 0 || mark.push() >= arrivals.length()) {
            return; // not ours
        }
        arrivals.incrementAndGet(mark.push());
        received.increment();
        if (mark.push() >= plan.firstMeasured()) {
            long micros = (nowNanos - mark.intendedNanos()) / 1_000;
            latencyMicros.recordValue(Math.max(1, Math.min(MAX_MICROS, micros)));
        }
    }

    /** The manager took a push. */
    synchronized void accepted(int push) {
        accepted.set(push);
        acceptedPushes++;
        expected += plan.members(plan.roomOfPush(push));
    }

    /** The manager refused a push, or did not answer. {@code why} is a gRPC status. */
    synchronized void failed(String why) {
        failedPushes++;
        failures.merge(why, 1, Integer::sum);
    }

    /** The stream ended before every push had its answer; those without one are counted at the end. */
    synchronized void streamLost(String why) {
        failures.putIfAbsent("stream ended: " + why, 1);
    }

    /** A connection ended before the run did. */
    void closed() {
        closed.incrementAndGet();
    }

    /** A node said that it had dropped frames for a connection. */
    void gap() {
        gaps.incrementAndGet();
    }

    long received() {
        return received.sum();
    }

    synchronized long expected() {
        return expected;
    }

    synchronized int answered() {
        return acceptedPushes + failedPushes;
    }

    /** Call it once nothing comes any more. */
    synchronized BenchResult result(double connectSeconds) {
        long lost = 0;
        long extra = 0;
        for (int push = 0; push < arrivals.length(); push++) {
            int wanted = accepted.get(push) ? plan.members(plan.roomOfPush(push)) : 0;
            int got = arrivals.get(push);
            lost += Math.max(0, wanted - got);
            // What the manager did not say it had taken may have arrived all the same; that is no duplicate.
            extra += wanted == 0 ? 0 : Math.max(0, got - wanted);
        }
        return new BenchResult(
                plan,
                acceptedPushes,
                failedPushes,
                plan.pushes() - acceptedPushes - failedPushes,
                Map.copyOf(failures),
                expected,
                expected - lost,
                lost,
                extra,
                closed.get(),
                gaps.get(),
                connectSeconds,
                latencyMicros);
    }
}
