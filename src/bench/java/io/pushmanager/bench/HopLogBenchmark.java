package io.pushmanager.bench;

import io.pushmanager.core.explain.HopLog;
import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.NodeReport;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to remember that a push has ended well at a node. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HopLogBenchmark {

    private static final NodeReport REPORT = NodeReport.reported("node", new DeliveryCounts(1, 1, 0, 0, 0, 0, 0));

    private final HopLog log = new HopLog(5_000, 100_000_000L);
    private final MailboxEntry push = new MailboxEntry(1, Pushes.toRoom(1));
    private long nowNanos;

    @Benchmark
    public HopLog ended() {
        nowNanos += 1_000;
        log.ended("client", push, REPORT, nowNanos);
        return log;
    }
}
