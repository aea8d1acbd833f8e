package io.pushmanager.app;

import com.sun.management.UnixOperatingSystemMXBean;
import io.pushmanager.core.admission.MemoryMark;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Health;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.Strain;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks a few times a second at how much memory and how many file descriptors this process has left, and says so to those
 * who let work in. A process that memory has left for good is ended.
 *
 * <p><b>Thread:</b> one of its own: event loops are the first to stand still. Where its figures cost the more the more files
 * are open, it looks the less often. <b>Source:</b> docs/decisions/0015.
 */
final class StrainWatch {

    private static final Logger log = LoggerFactory.getLogger(StrainWatch.class);
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int AT_MOST_ONE_IN = 100;
    private static final String MEMORY = "memory";
    private static final String DESCRIPTORS = "file-descriptors";

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final Strain strain;
    private final Health health;
    private final Clocks clocks;
    private final HeapGauge heap = new HeapGauge();
    private final MemoryMark memory;
    private @Nullable OpenFiles openFiles;
    private long nextCountNanos;
    private volatile boolean descriptorsShort;

    private StrainWatch(StrainConfig config, Strain strain, Health health, Meters meters, Clocks clocks) {
        this.strain = strain;
        this.health = health;
        this.clocks = clocks;
        this.memory = new MemoryMark(config.memoryPercent() / 100.0);
        this.nextCountNanos = clocks.nanoTime();
        meters.gauge("push_memory_short", strain, source -> source.isMemoryShort() ? 1 : 0);
        meters.gauge("push_file_descriptors_short", this, watch -> watch.descriptorsShort ? 1 : 0);
    }

    static void start(StrainConfig config, Strain strain, Health health, Meters meters, Clocks clocks) {
        Thread thread = new Thread(() -> new StrainWatch(config, strain, health, meters, clocks).run(), "strain-watch");
        thread.setDaemon(true);
        thread.start();
    }

    @SuppressWarnings("InfiniteLoopStatement") // ends with the process
    private void run() {
        while (true) {
            lookAtMemory();
            if (clocks.nanoTime() - nextCountNanos >= 0) {
                countDescriptors();
            }
            LockSupport.parkNanos(INTERVAL_NANOS);
        }
    }

    private void lookAtMemory() {
        MemoryMark.State state =
                memory.look(heap.left(), heap.collections(), heap.collectingMillis(), clocks.nanoTime());
        boolean isShort = state != MemoryMark.State.CALM;
        if (isShort != strain.isMemoryShort()) {
            strain.memoryShort(isShort);
            if (isShort) {
                health.notice(MEMORY, "short: no new pushes and sockets are taken");
                log.warn("memory is short: new pushes and sockets are refused until garbage collections leave more");
            } else {
                health.noticeOver(MEMORY);
                log.info("memory is no longer short");
            }
        }
        if (state == MemoryMark.State.LOST) {
            OutOfMemory.end("nearly all time went into garbage collections, although no new work was taken");
        }
    }

    private OpenFiles openFiles(UnixOperatingSystemMXBean system) {
        OpenFiles known = openFiles;
        if (known == null) {
            known = new OpenFiles(system);
            openFiles = known;
        }
        return known;
    }

    private void countDescriptors() {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system)) {
            nextCountNanos = Long.MAX_VALUE;
            return;
        }
        // Processor time: a thread that is not let run for a third of a second would else not look again for half a
        // minute.
        long begun = threads.getCurrentThreadCpuTime();
        long limit = system.getMaxFileDescriptorCount();
        long open = openFiles(system).count();
        nextCountNanos = clocks.nanoTime() + AT_MOST_ONE_IN * (threads.getCurrentThreadCpuTime() - begun);
        if (limit <= 0 || open < 0) {
            return;
        }
        long kept = Math.max(8, Math.min(512, limit / 16));
        long left = limit - open - kept;
        // Those that were turned away are closed again: what is left now does not tell of them.
        boolean turnedAway = strain.areDescriptorsShort();
        boolean isShort = turnedAway || left <= 0 || (descriptorsShort && left < kept / 2);
        strain.descriptors(left, kept);
        if (isShort) {
            health.notice(DESCRIPTORS, open + " of " + limit + " are open: new connections are refused");
        }
        if (isShort != descriptorsShort) {
            descriptorsShort = isShort;
            if (isShort) {
                log.warn("{} of {} file descriptors are open: new connections are refused", open, limit);
            } else {
                health.noticeOver(DESCRIPTORS);
                log.info("{} of {} file descriptors are open: connections are taken again", open, limit);
            }
        }
    }
}
