package io.pushmanager.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a process of this machine has used of the CPU, from {@code /proc}.
 *
 * <p>The sum is exact: the kernel's nanoseconds of every thread, where a thread that ended keeps what was last seen of it;
 * at least the clock ticks of the process. User and system time have a resolution of one tick.
 * <b>Thread:</b> any, one after the other. <b>Failure:</b> of a process that is gone, the last figures.
 */
final class ProcessCpu {

    private static final Pattern COMPILERS = Pattern.compile("C[12] Compiler");
    private static final Pattern COLLECTORS = Pattern.compile("G1 |GC Thread");
    private static final long MICROS_PER_TICK = 10_000; // USER_HZ is 100 on every Linux

    private final Path process;
    private final Map<String, Long> nanosByThread = new HashMap<>();
    private final Map<String, String> names = new HashMap<>();
    private Sample last = new Sample(0, 0, 0, 0);
    private Used lastUsed = new Used(0, 0, 0);

    /** @param maxRssKb the most memory it ever had resident */
    record Sample(long cpuMicros, long userMicros, long systemMicros, long maxRssKb) {}

    /**
     * By all threads.
     *
     * @param compilerNanos of it, by those of a JVM's JIT compilers
     * @param collectorNanos of it, by those of its garbage collector
     */
    record Used(long nanos, long compilerNanos, long collectorNanos) {

        Used since(Used before) {
            return new Used(
                    nanos - before.nanos, compilerNanos - before.compilerNanos, collectorNanos - before.collectorNanos);
        }
    }

    ProcessCpu(long pid) {
        this.process = Path.of("/proc", Long.toString(pid));
    }

    synchronized Sample sample() {
        try {
            String stat = Files.readString(process.resolve("stat"));
            // The name, in parentheses, may hold anything.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            long user = Long.parseLong(fields[11]) * MICROS_PER_TICK;
            long system = Long.parseLong(fields[12]) * MICROS_PER_TICK;
            last = new Sample(Math.max(user + system, threadsNanos() / 1_000), user, system, maxRssKb());
        } catch (IOException gone) {
            // the last figures stand
        }
        return last;
    }

    /** Of all threads, exactly; what one that has ended used after the last reading is missing. */
    synchronized Used used() {
        try {
            long all = threadsNanos();
            lastUsed = new Used(all, nanosOf(COMPILERS), nanosOf(COLLECTORS));
        } catch (IOException gone) {
            // the last figures stand
        }
        return lastUsed;
    }

    private long nanosOf(Pattern threads) {
        return nanosByThread.entrySet().stream()
                .filter(thread -> threads.matcher(names.computeIfAbsent(thread.getKey(), this::nameOf))
                        .lookingAt())
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** The name that the kernel knows: it is cut after 15 characters. */
    private String nameOf(String thread) {
        try {
            return Files.readString(process.resolve("task").resolve(thread).resolve("comm"));
        } catch (IOException ended) {
            return "";
        }
    }

    private long threadsNanos() throws IOException {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(process.resolve("task"))) {
            for (Path thread : threads) {
                try {
                    String schedstat = Files.readString(thread.resolve("schedstat"));
                    nanosByThread.put(
                            thread.getFileName().toString(),
                            Long.parseLong(schedstat.substring(0, schedstat.indexOf(' '))));
                } catch (IOException endedMeanwhile) {
                    // what was last seen of it stands
                }
            }
        }
        return nanosByThread.values().stream().mapToLong(Long::longValue).sum();
    }

    private long maxRssKb() throws IOException {
        for (String line : Files.readAllLines(process.resolve("status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        return 0;
    }
}
