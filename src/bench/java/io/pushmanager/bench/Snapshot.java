package io.pushmanager.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Counts since the start of a process, and what it used of the CPU: what the Go seed's driver reads from {@code /stats}. */
record Snapshot(
        String role, ProcessCpu.Sample used, long received, long delivered, long dropped, long failed, long queued) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    ObjectNode toJson() {
        return JSON.createObjectNode()
                .put("role", role)
                .put("mono_ns", System.nanoTime()) // CLOCK_MONOTONIC on Linux
                .put("cpu_us", used.cpuMicros())
                .put("user_us", used.userMicros())
                .put("sys_us", used.systemMicros())
                .put("max_rss_kb", used.maxRssKb())
                .put("received", received)
                .put("delivered", delivered)
                .put("dropped", dropped)
                .put("failed", failed)
                .put("queued", queued);
    }
}
