package io.pushmanager.bench;

import io.pushmanager.core.explain.ExplainLimits;
import io.pushmanager.core.fanout.FanOut;
import io.pushmanager.core.fanout.FanOutLimits;
import io.pushmanager.core.fanout.NodeSlot;
import io.pushmanager.core.fanout.Router;
import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.PushAnswer;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** One push from the caller to an offer for each node and back to the answer; every node accepts at once. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FanOutBenchmark {

    private static final FanOutLimits LIMITS =
            new FanOutLimits(1_000, 100_000, 100_000, TimeUnit.MINUTES.toNanos(2), 64 * 1024 * 1024);

    private static final ExplainLimits EXPLAIN = new ExplainLimits(true, 10_000, 8 << 20, 100_000_000L);

    @Param({"1", "4", "16"})
    public int nodes;

    /** Whether what becomes of the pushes is kept, as {@code explain.enabled} has it. */
    @Param({"false", "true"})
    public boolean explain;

    private final PushMessage push = Pushes.toRoom(1);
    private FanOut fanOut = fanOut();
    private long nowNanos;

    private FanOut fanOut() {
        return new FanOut(LIMITS, Router.broadcast(), new AcceptAll(), 0);
    }

    @Setup(Level.Trial)
    public void open() {
        fanOut = fanOut();
        for (int i = 0; i < nodes; i++) {
            NodeInfo node = new NodeInfo("node-" + i, "10.0.0." + i + ":1", "i" + i, false, "", "", Set.of(), 0);
            fanOut.clientOpened("client-" + i, node);
        }
        fanOut.membershipKnown();
        if (explain) {
            fanOut.keepTrails(EXPLAIN);
        }
    }

    @Benchmark
    public void push(Blackhole answers) {
        nowNanos += 1_000;
        fanOut.push(push, nowNanos, (PushAnswer answer) -> answers.consume(answer));
    }

    private final class AcceptAll implements FanOut.Outbox {
        @Override
        public void offer(NodeSlot client, MailboxEntry entry) {
            fanOut.update(
                    client, entry.pushId(), NodeReport.accepted(client.node().nodeId()));
        }

        @Override
        public void ended(Api api, int nodesAccepted) {
            // the answer is what is measured
        }
    }
}
