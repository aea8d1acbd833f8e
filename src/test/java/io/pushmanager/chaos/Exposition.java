package io.pushmanager.chaos;

import io.pushmanager.testing.PushManagerProcess;

/** The metrics of a process, read once. */
record Exposition(String text) {

    static Exposition of(PushManagerProcess process) {
        PushManagerProcess.Answer answer = process.get(process.metricsPort(), "/metrics");
        return new Exposition(answer.status() == 200 ? answer.body() : "");
    }

    boolean isEmpty() {
        return text.isEmpty();
    }

    /** Over all series whose labels contain this; 0 when there are none. */
    long sum(String metric, String labels) {
        return (long) text.lines()
                .filter(line -> line.startsWith(metric + "{") || line.startsWith(metric + " "))
                .filter(line -> line.contains(labels))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
