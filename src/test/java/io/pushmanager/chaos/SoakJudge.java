package io.pushmanager.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Whether a process is back where it was: two calm samples of it, of which the first was taken when its caches were full.
 *
 * <p>Tolerances, because a JVM is not the same twice: {@value #HEAP_SHARE} of the heap and {@value #HEAP_BYTES} bytes,
 * {@value #FILES} open files, {@value #THREADS} threads, {@value #TIMERS} timers. A leak of one of any of these a minute is
 * found in half an hour.
 */
final class SoakJudge {

    static final double HEAP_SHARE = 0.10;
    static final long HEAP_BYTES = 3L << 20;
    static final long FILES = 6;
    static final long THREADS = 3;
    static final long TIMERS = 6;

    private SoakJudge() {}

    /** What there is more of than there was, a line each. */
    static List<String> findings(SoakSample baseline, SoakSample end) {
        if (baseline.pid() != end.pid()) {
            return List.of(end.process() + " is another process than the one that was looked at first");
        }
        List<String> findings = new ArrayList<>();
        long heapLimit = baseline.heapLive() + (long) (baseline.heapLive() * HEAP_SHARE) + HEAP_BYTES;
        compare(findings, end.process(), "bytes of live heap", baseline.heapLive(), end.heapLive(), heapLimit);
        compare(findings, end.process(), "open files", baseline.files(), end.files(), baseline.files() + FILES);
        compare(findings, end.process(), "threads", baseline.threads(), end.threads(), baseline.threads() + THREADS);
        compare(findings, end.process(), "timers", baseline.timers(), end.timers(), baseline.timers() + TIMERS);
        return findings;
    }

    private static void compare(List<String> findings, String process, String what, long before, long now, long limit) {
        if (before == SoakSample.UNKNOWN || now == SoakSample.UNKNOWN) {
            findings.add(process + ": " + what + " not known");
        } else if (now > limit) {
            findings.add(String.format(
                    Locale.ROOT, "%s: %,d %s, at the baseline %,d, at most %,d", process, now, what, before, limit));
        }
    }

    /** From when on caches are full: a good part of a short soak, five minutes of a long one. */
    static double warmUpSeconds(double minutes) {
        return Math.min(300, minutes * 60 * 0.4);
    }
}
