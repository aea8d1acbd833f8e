package io.pushmanager.chaos;

import io.pushmanager.testing.PushManagerProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes down how the processes of a soak are, every five seconds and whenever it is asked to: a line for each that answers.
 *
 * <p><b>Thread:</b> one of its own for the five seconds; a sample that is asked for is taken on the caller's. Lines are in the
 * file as soon as they are written, for a soak that does not end well.
 */
final class SoakLog implements AutoCloseable {

    private static final long EVERY_SECONDS = 5;

    private final List<PushManagerProcess> processes;
    private final PrintWriter file;
    private final long begun = System.nanoTime();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "soak-log");
        thread.setDaemon(true);
        return thread;
    });
    private volatile long missed;
    private volatile long doubled;
    private int lines;

    SoakLog(Path path, List<PushManagerProcess> processes) {
        this.processes = List.copyOf(processes);
        try {
            this.file = new PrintWriter(Files.newBufferedWriter(path, StandardCharsets.UTF_8), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        file.println(SoakSample.HEADER);
        clock.scheduleAtFixedRate(this::sampleAll, 0, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    double seconds() {
        return (System.nanoTime() - begun) / 1e9;
    }

    /** What the ledgers of another part of the soak say. */
    void found(long missedMore, long doubledMore) {
        missed += missedMore;
        doubled += doubledMore;
    }

    long missed() {
        return missed;
    }

    long doubled() {
        return doubled;
    }

    synchronized int lines() {
        return lines;
    }

    private void sampleAll() {
        try {
            processes.forEach(process -> sample(process, false, null));
        } catch (RuntimeException e) {
            e.printStackTrace(System.out); // one that ends in between; the next time is in five seconds
        }
    }

    /** With a full collection: when no client is connected and nothing is on its way. */
    @Nullable
    SoakSample sampleCalm(PushManagerProcess process) {
        return sample(process, true, HeapHistogram.of(process.pid()));
    }

    private @Nullable SoakSample sample(PushManagerProcess process, boolean calm, @Nullable HeapHistogram heap) {
        if (!process.isAlive()) {
            return null;
        }
        Exposition metrics = Exposition.of(process);
        if (metrics.isEmpty()) {
            return null; // starting, or frozen
        }
        SoakSample sample = new SoakSample(
                Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(),
                seconds(),
                process.name(),
                process.pid(),
                calm,
                metrics.sum("jvm_memory_used_bytes", "area=\"heap\""),
                heap == null ? SoakSample.UNKNOWN : heap.bytes(),
                ProcessGauge.residentBytes(process),
                ProcessGauge.openFiles(process),
                ProcessGauge.threads(process),
                heap == null ? SoakSample.UNKNOWN : heap.timers(),
                metrics.sum("connect_node_connections", ""),
                metrics.sum("connect_node_rooms", ""),
                metrics.sum("push_manager_mailbox_depth", ""),
                missed,
                doubled);
        write(sample);
        return sample;
    }

    private synchronized void write(SoakSample sample) {
        file.println(sample.csv());
        lines++;
    }

    @Override
    public void close() {
        clock.shutdown();
        try {
            if (!clock.awaitTermination(20, TimeUnit.SECONDS)) {
                clock.shutdownNow();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            file.close();
        }
    }
}
