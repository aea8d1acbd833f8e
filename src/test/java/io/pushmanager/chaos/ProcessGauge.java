package io.pushmanager.chaos;

import io.pushmanager.testing.PushManagerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the kernel says of a process. */
final class ProcessGauge {

    private static final double TICKS_PER_SECOND = 100;

    private ProcessGauge() {}

    static long openFiles(PushManagerProcess process) {
        return entries(process, "fd");
    }

    static long threads(PushManagerProcess process) {
        return entries(process, "task");
    }

    /** What it takes of the machine's memory. */
    static long residentBytes(PushManagerProcess process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/status"))
                    .lines()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of one processor, in user and kernel, since it started. */
    static double cpuSeconds(PushManagerProcess process) {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** After a full collection. */
    static double heapMiB(PushManagerProcess process) {
        try {
            Process jcmd = new ProcessBuilder("jcmd", Long.toString(process.pid()), "GC.run").start();
            jcmd.getInputStream().readAllBytes();
            jcmd.waitFor();
            Process info = new ProcessBuilder("jcmd", Long.toString(process.pid()), "GC.heap_info").start();
            String text = new String(info.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher used = Pattern.compile("used ([0-9]+)K").matcher(text);
            double sum = 0;
            while (used.find()) {
                if (!text.substring(0, used.start()).contains("Metaspace")) {
                    sum += Long.parseLong(used.group(1)) / 1_024.0;
                }
            }
            return sum;
        } catch (java.io.IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long entries(PushManagerProcess process, String folder) {
        try (Stream<Path> entries = Files.list(Path.of("/proc/" + process.pid() + "/" + folder))) {
            return entries.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
