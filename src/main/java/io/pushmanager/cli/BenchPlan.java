package io.pushmanager.cli;

import io.pushmanager.core.message.Priority;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a run of {@code bench} does: how many sockets in which rooms, which push when.
 *
 * <p>Connection i is in room {@code i % rooms}; push k goes to room {@code k % rooms}, at its own time whatever became of
 * those before it. Room and user names carry {@code runId}, so that runs beside one another do not meet.
 *
 * @param nodes WebSocket URLs; the connections take turns
 * @param pushesPerSecond over all rooms
 * @param size bytes of each push's data
 * @param warmUpSeconds at the run's start, whose latencies do not count
 */
record BenchPlan(
        String runId,
        List<String> nodes,
        int connections,
        int rooms,
        double pushesPerSecond,
        int size,
        int seconds,
        int warmUpSeconds,
        BenchApi api,
        Priority priority) {

    /** Bytes that the marks at a push's start take at most. */
    static final int MIN_SIZE = 48;

    static final int MAX_PUSHES = 10_000_000;

    int pushes() {
        return (int) Math.max(1, Math.min(MAX_PUSHES, Math.round(pushesPerSecond * (seconds + warmUpSeconds))));
    }

    /** The first push whose latency counts. */
    int firstMeasured() {
        return (int) Math.min(pushes() - 1, Math.round(pushesPerSecond * warmUpSeconds));
    }

    /** When push k is meant to be sent, in nanoseconds after the start. */
    long offsetNanos(int push) {
        return (long) (push * (TimeUnit.SECONDS.toNanos(1) / pushesPerSecond));
    }

    String room(int index) {
        return "bench-" + runId + "-" + index;
    }

    String user(int connection) {
        return "bench-" + runId + "-u" + connection;
    }

    int roomOfPush(int push) {
        return push % rooms;
    }

    int roomOfConnection(int connection) {
        return connection % rooms;
    }

    String nodeOf(int connection) {
        return nodes.get(connection % nodes.size());
    }

    /** How many connections a room has. */
    int members(int room) {
        return connections / rooms + (room < connections % rooms ? 1 : 0);
    }
}
