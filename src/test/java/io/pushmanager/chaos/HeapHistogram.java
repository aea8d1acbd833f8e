package io.pushmanager.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code jcmd PID GC.class_histogram} says of a JVM: it collects everything, and counts what is left. */
record HeapHistogram(long bytes, long timers) {

    /** Vert.x's timers are such tasks, and so is whatever else waits for its time on an event loop. */
    private static final Pattern TIMERS =
            Pattern.compile("(?m)^ *\\d+: +(\\d+) +\\d+ +io\\.netty\\.util\\.concurrent\\.ScheduledFutureTask\\s");

    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");

    static HeapHistogram of(long pid) {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try {
            Process process = new ProcessBuilder(
                            jcmd.toString(), "-J-XX:TieredStopAtLevel=1", Long.toString(pid), "GC.class_histogram")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return parse(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static HeapHistogram parse(String output) {
        Matcher total = TOTAL.matcher(output);
        if (!total.find()) {
            return new HeapHistogram(SoakSample.UNKNOWN, SoakSample.UNKNOWN);
        }
        Matcher timers = TIMERS.matcher(output);
        return new HeapHistogram(Long.parseLong(total.group(1)), timers.find() ? Long.parseLong(timers.group(1)) : 0);
    }
}
