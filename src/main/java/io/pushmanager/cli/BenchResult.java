package io.pushmanager.cli;

import io.pushmanager.core.text.Printable;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What a run of {@code bench} came to.
 *
 * @param unanswered pushes that were not sent in time, or that nobody has answered
 * @param failures how many pushes failed with which status
 * @param expected deliveries: for each accepted push, the connections of its room
 * @param received of those
 * @param duplicates deliveries beyond them
 * @param closed connections that ended before the run did
 * @param gaps how often a node said that it had dropped frames for a connection
 */
record BenchResult(
        BenchPlan plan,
        int accepted,
        int failed,
        int unanswered,
        Map<String, Integer> failures,
        long expected,
        long received,
        long lost,
        long duplicates,
        int closed,
        int gaps,
        double connectSeconds,
        Histogram latencyMicros) {

    private static final double[] PERCENTILES = {50, 90, 99, 99.9};

    boolean isComplete() {
        return lost == 0 && failed == 0 && unanswered == 0;
    }

    List<String> toText() {
        List<String> lines = new ArrayList<>();
        lines.add(line(
                "pushes      %,d accepted, %,d failed, %,d without an answer%s",
                accepted,
                failed,
                unanswered,
                failures.isEmpty() ? "" : " " + Printable.escape(new TreeMap<>(failures).toString())));
        lines.add(line(
                "deliveries  %,d of %,d (%,.0f a second), %,d lost, %,d twice",
                received, expected, perSecond(), lost, duplicates));
        if (closed > 0 || gaps > 0) {
            lines.add(line("sockets     %,d closed by the server, %,d gaps announced", closed, gaps));
        }
        StringBuilder latency = new StringBuilder("latency    ");
        for (double percentile : PERCENTILES) {
            latency.append(line(" p%s %s ms,", name(percentile), millis(percentile)));
        }
        lines.add(latency.append(line(" max %.2f ms, from the time each push was meant to be sent", maxMillis()))
                .toString());
        lines.add(line("connecting  %,d sockets in %.2f s", plan.connections(), connectSeconds));
        return lines;
    }

    JsonObject toJson() {
        JsonObject latency = new JsonObject().put("count", latencyMicros.getTotalCount());
        for (double percentile : PERCENTILES) {
            latency.put("p" + name(percentile), latencyMicros.getValueAtPercentile(percentile) / 1e3);
        }
        latency.put("mean", rounded(latencyMicros.getMean() / 1e3)).put("max", maxMillis());
        JsonObject byStatus = new JsonObject();
        new TreeMap<>(failures).forEach(byStatus::put);
        return new JsonObject()
                .put("nodes", new JsonArray(plan.nodes()))
                .put("connections", plan.connections())
                .put("rooms", plan.rooms())
                .put("api", plan.api().name().toLowerCase(Locale.ROOT))
                .put("rate", plan.pushesPerSecond())
                .put("size", plan.size())
                .put("seconds", plan.seconds())
                .put("warm_up_seconds", plan.warmUpSeconds())
                .put("connect_seconds", rounded(connectSeconds))
                .put(
                        "pushes",
                        new JsonObject()
                                .put("accepted", accepted)
                                .put("failed", failed)
                                .put("unanswered", unanswered)
                                .put("failures", byStatus))
                .put(
                        "deliveries",
                        new JsonObject()
                                .put("expected", expected)
                                .put("received", received)
                                .put("lost", lost)
                                .put("duplicates", duplicates)
                                .put("per_second", rounded(perSecond())))
                .put("sockets_closed", closed)
                .put("gaps", gaps)
                .put("latency_ms", latency);
    }

    private double perSecond() {
        return received / (plan.pushes() / plan.pushesPerSecond());
    }

    private double maxMillis() {
        return latencyMicros.getMaxValue() / 1e3;
    }

    private String millis(double percentile) {
        return line("%.2f", latencyMicros.getValueAtPercentile(percentile) / 1e3);
    }

    private static String name(double percentile) {
        return percentile == Math.rint(percentile) ? Long.toString((long) percentile) : Double.toString(percentile);
    }

    private static double rounded(double value) {
        return Math.rint(value * 1e3) / 1e3;
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
