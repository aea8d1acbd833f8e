package io.pushmanager.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.pushmanager.ledger.LedgerCheck;
import io.pushmanager.testing.PushManagerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** The wall clock jumps, as libfaketime (Debian: faketime) makes it: the monotonic clock goes on as it should. */
class ClockChaosIT {

    private static final Duration SOON = Duration.ofSeconds(40);
    private static final int ROOMS = 10;

    @Test
    @DisplayName("clock-jumps")
    @Tag("fault-27")
    void aWallClockThatJumpsAnHourDisturbsNothing(TestReporter reporter, @TempDir Path folder) throws IOException {
        Path library = library();
        assumeTrue(Files.exists(library), "libfaketime is not installed (Debian: faketime)");
        Figures figures = new Figures(reporter);
        Path clock = folder.resolve("clock");
        set(clock, "+0");
        try (Cluster cluster = new Cluster(1, 2)) {
            List<PushManagerProcess> all = new ArrayList<>(cluster.managers);
            all.addAll(cluster.nodes);
            for (PushManagerProcess process : all) {
                process.env("LD_PRELOAD", library.toString())
                        .env("FAKETIME_TIMESTAMP_FILE", clock.toString())
                        .env("FAKETIME_NO_CACHE", "1")
                        .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
                        // Its repair of timed waits is for an old C library, and makes a JVM spin.
                        .env("FAKETIME_FORCE_MONOTONIC_FIX", "0");
            }
            cluster.startWithRooms(ROOMS);
            int each = Scale.of(160, 600);
            CompletableFuture<JsonNode> load = cluster.load(ROOMS, each, 100, "DELIVERED");
            cluster.awaitAnswered(100);
            double cpu = ProcessGauge.cpuSeconds(cluster.manager());
            for (String jump : List.of("+3600", "-3600", "+0")) {
                set(clock, jump);
                // Longer than a lease: one that was not kept alive would be gone.
                Cluster.during(load, Scale.LEASE.plusSeconds(1));
                figures.exactly(
                        "registered after " + jump,
                        cluster.etcd.list("/services/").size(),
                        3);
                assertThat(secondsAhead(cluster, "at" + jump))
                        .as("the process sees the jump")
                        .isCloseTo(Double.parseDouble(jump), within(60.0));
            }
            figures.note(
                    "processor seconds meanwhile", Figures.number(ProcessGauge.cpuSeconds(cluster.manager()) - cpu));
            figures.atMost(
                    "all durations that the manager measured",
                    cluster.manager().metric("push_manager_api_duration_seconds_sum"),
                    120,
                    "s");
            JsonNode counts = cluster.stage.finish(load);
            figures.note("codes", counts.path("codes"));
            assertThat(counts.path("codes").size()).isEqualTo(1);
            figures.note(
                    "replies p99 ms",
                    Figures.number(Latencies.ofReplies(
                                    cluster.stage.ledger(), push -> push.body().startsWith("load"))
                            .p99()));
            LedgerCheck check = cluster.judge(figures, 2 * ROOMS);
            figures.exactly("frames", check.frameCount(), 2L * ROOMS * each + 6);
        }
    }

    /** Replaced in one step: the processes read it at each look at the clock. */
    private static void set(Path clock, String offsetSeconds) throws IOException {
        Path next = clock.resolveSibling("next");
        Files.writeString(next, offsetSeconds + "\n");
        Files.move(next, clock, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The manager's wall clock, from the ULID that it gives a push without an id; seconds ahead of the real one. */
    private static double secondsAhead(Cluster cluster, String body) {
        String ulid = cluster.stage
                .push(Map.of("manager", "m1", "target", Map.of("room", "r-0"), "ack", "DELIVERED", "body", body))
                .path("reply")
                .path("message_id")
                .asText();
        long millis = 0;
        for (char digit : ulid.substring(0, 10).toCharArray()) {
            millis = millis * 32 + "0123456789ABCDEFGHJKMNPQRSTVWXYZ".indexOf(digit);
        }
        return (millis - System.currentTimeMillis()) / 1_000.0;
    }

    private static Path library() throws IOException {
        for (Path root : List.of(Path.of("/usr/lib"), Path.of("/usr/lib64"))) {
            if (!Files.isDirectory(root)) {
                continue;
            }
            try (Stream<Path> found = Files.find(
                    root, 4, (path, attributes) -> path.getFileName().toString().equals("libfaketimeMT.so.1"))) {
                Path first = found.findFirst().orElse(null);
                if (first != null) {
                    return first;
                }
            }
        }
        return Path.of("/nonexistent");
    }
}
