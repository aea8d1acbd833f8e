package io.pushmanager.bench;

import io.pushmanager.core.mailbox.Backlog;
import io.pushmanager.core.mailbox.Mailbox;
import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.mailbox.MailboxLimits;
import io.pushmanager.core.mailbox.Waiting;
import io.pushmanager.core.outcome.Outcome;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One push through the mailbox of a node: offered, started, finished, behind as many others as wait. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MailboxBenchmark {

    private static final int ROOMS = 64;

    @Param({"0", "500"})
    public int waiting;

    private final Mailbox mailbox =
            new Mailbox(10, MailboxLimits.of(1_000, 8 * 1024 * 1024), accepted -> {}, new NoEnds());
    private final MailboxEntry[] entries = new MailboxEntry[ROOMS];
    private int next;

    @Setup
    public void fill() {
        for (int i = 0; i < ROOMS; i++) {
            entries[i] = new MailboxEntry(i, Pushes.toRoom(i));
        }
        for (int i = 0; i < waiting; i++) {
            mailbox.offer(entries[i % ROOMS], 0);
        }
    }

    @Benchmark
    public Waiting throughTheMailbox() {
        next = (next + 1) % ROOMS;
        if (mailbox.offer(entries[next], 0) != Outcome.ACCEPTED) {
            throw new IllegalStateException("full");
        }
        return mailbox.finish(mailbox.start(0), 0);
    }

    /** Every push here is plain and is taken. */
    private static final class NoEnds implements Backlog.Ends<Waiting> {
        @Override
        public void expired(Waiting push) {}

        @Override
        public void conflated(Waiting push) {}

        @Override
        public void dropped(Waiting push) {}

        @Override
        public void admitted(Waiting push) {}

        @Override
        public void refused(Waiting push, Outcome why) {}
    }
}
