package io.pushmanager.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pushmanager.ledger.SocketLog;
import io.pushmanager.ledger.SocketLog.Frame;
import io.pushmanager.proto.pubsub.PushToRoomRequest;
import io.pushmanager.testing.EtcdServer;
import io.pushmanager.testing.ExampleProgram;
import io.pushmanager.testing.PushManagerProcess;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The programs of {@code examples/}, each in its language. All run at once, against one cluster and against two managers that
 * play busy; each test then looks at what one of them did. One whose tools are not here is skipped, and says what is missing.
 */
class ExamplesIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int MESSAGES = 200;
    private static final int BEGUN = 10;
    private static final int PLAYED_MESSAGES = 6;
    private static final long ASKED_TO_WAIT_MILLIS = 300;

    /** What one example left behind. */
    private record Seen(int exitCode, String output, String errors, List<Frame> frames) {

        boolean repeatedBecauseOf(String code) {
            return errors.lines()
                    .filter(line -> line.contains(" is repeated: "))
                    .map(line -> line.replace("_", "").toLowerCase(Locale.ROOT))
                    .anyMatch(line -> line.contains(code));
        }
    }

    private static final Map<ExampleProgram, Seen> AT_CLUSTER = new EnumMap<>(ExampleProgram.class);
    private static final Map<ExampleProgram, Seen> AT_PLAYED = new EnumMap<>(ExampleProgram.class);
    private static final Vertx VERTX = Vertx.vertx();
    private static final Set<String> BUSY_TOLD = ConcurrentHashMap.newKeySet();
    private static final Set<String> AWAY_TOLD = ConcurrentHashMap.newKeySet();

    private static final PlayedManager FIRST = new PlayedManager(VERTX, true, ExamplesIT::playedAnswer);
    private static final PlayedManager SECOND = new PlayedManager(VERTX, true, ExamplesIT::playedAnswer);
    private static final PlayedManager RESTING = new PlayedManager(VERTX, false, any -> PlayedManager.Answer.AWAY);

    @BeforeAll
    static void runAll() {
        ExampleProgram.buildAll();
        pushThroughPlayedManagers();
        pushThroughACluster();
    }

    @AfterAll
    static void close() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @ParameterizedTest
    @EnumSource
    void reachesEachClientOnceThroughManagersOfEtcdWhileOneFreezesAndDies(ExampleProgram example) {
        Seen seen = seen(AT_CLUSTER, example);

        assertThat(seen.exitCode()).as(seen.errors()).isZero();
        assertThat(seen.frames().stream().map(Frame::body)).containsExactlyInAnyOrderElementsOf(messages(MESSAGES));
        assertThat(seen.frames().stream().map(Frame::messageId)).doesNotHaveDuplicates();
        assertThat(seen.output()).startsWith("pushed " + MESSAGES + ", repeated ");
        assertThat(seen.repeatedBecauseOf("deadlineexceeded"))
                .as("a frozen manager: " + seen.errors())
                .isTrue();
        assertThat(seen.repeatedBecauseOf("unavailable"))
                .as("a killed manager: " + seen.errors())
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void waitsAsAskedAndRepeatsWithTheSameMessageId(ExampleProgram example) {
        Seen seen = seen(AT_PLAYED, example);

        assertThat(seen.exitCode()).as(seen.errors()).isZero();
        List<PlayedManager.Asked> asked = asked(example);
        String busy = first(asked, GrpcStatus.RESOURCE_EXHAUSTED).messageId();
        List<PlayedManager.Asked> attempts =
                asked.stream().filter(each -> each.messageId().equals(busy)).toList();
        assertThat(attempts.stream().map(PlayedManager.Asked::answered))
                .startsWith(GrpcStatus.RESOURCE_EXHAUSTED)
                .endsWith(GrpcStatus.UNAVAILABLE, GrpcStatus.OK);
        assertThat(attempts.get(1).atNanos() - attempts.get(0).atNanos())
                .isGreaterThanOrEqualTo(ASKED_TO_WAIT_MILLIS * 1_000_000);
        assertThat(asked.stream()
                        .filter(each -> each.answered() == GrpcStatus.OK)
                        .map(PlayedManager.Asked::messageId)
                        .distinct())
                .hasSize(PLAYED_MESSAGES);
    }

    @ParameterizedTest
    @EnumSource
    void takesManagersInTurnAndNoneThatDoesNotServe(ExampleProgram example) {
        seen(AT_PLAYED, example);

        assertThat(FIRST.asked(example.name())).isNotEmpty();
        assertThat(SECOND.asked(example.name())).isNotEmpty();
        // grpc-js has no client for the health service: it is told UNAVAILABLE there, and goes on to the next.
        if (example != ExampleProgram.NODE) {
            assertThat(RESTING.asked(example.name())).isEmpty();
        }
    }

    private static Seen seen(Map<ExampleProgram, Seen> runs, ExampleProgram example) {
        assumeTrue(
                example.missing().isEmpty(),
                () -> example + " was not run, missing: " + example.missing().orElseThrow());
        return runs.get(example);
    }

    private static List<ExampleProgram> runnable() {
        List<ExampleProgram> runnable = new ArrayList<>();
        for (ExampleProgram example : ExampleProgram.values()) {
            if (example.missing().isEmpty()) {
                runnable.add(example);
            }
        }
        assertThat(runnable).contains(ExampleProgram.JAVA, ExampleProgram.NODE);
        return runnable;
    }

    private static List<String> messages(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> "message " + i).toList();
    }

    /** The second message of each room is too much at first, then finds its manager gone; others are taken. */
    private static PlayedManager.Answer playedAnswer(PushToRoomRequest request) {
        if (!request.getContent().getData().equals("message 2")) {
            return PlayedManager.Answer.TAKEN;
        }
        if (BUSY_TOLD.add(request.getRoomId())) {
            return new PlayedManager.Answer(GrpcStatus.RESOURCE_EXHAUSTED, ASKED_TO_WAIT_MILLIS);
        }
        return AWAY_TOLD.add(request.getRoomId()) ? PlayedManager.Answer.AWAY : PlayedManager.Answer.TAKEN;
    }

    private static void pushThroughPlayedManagers() {
        String list = String.join(",", FIRST.address(), SECOND.address(), RESTING.address());
        Map<ExampleProgram, ExampleProgram.Run> runs = new EnumMap<>(ExampleProgram.class);
        runnable().forEach(example -> runs.put(example, example.push(list, example.name(), PLAYED_MESSAGES)));
        runs.forEach((example, run) -> {
            try (run) {
                AT_PLAYED.put(example, new Seen(run.awaitExit(SOON), run.output(), run.errors(), List.of()));
            }
        });
    }

    private static List<PlayedManager.Asked> asked(ExampleProgram example) {
        List<PlayedManager.Asked> asked = new ArrayList<>(FIRST.asked(example.name()));
        asked.addAll(SECOND.asked(example.name()));
        asked.sort((one, other) -> Long.compare(one.atNanos(), other.atNanos()));
        return asked;
    }

    private static PlayedManager.Asked first(List<PlayedManager.Asked> asked, GrpcStatus answer) {
        return asked.stream()
                .filter(each -> each.answered() == answer)
                .findFirst()
                .orElseThrow();
    }

    /** Two managers, found in etcd; one is frozen for longer than an attempt lasts, goes on, is frozen again and killed. */
    private static void pushThroughACluster() {
        try (EtcdServer etcd = EtcdServer.start();
                Stage stage = new Stage(1)) {
            PushManagerProcess doomed = PushManagerProcess.manager("m1", etcd.endpoint());
            PushManagerProcess node = PushManagerProcess.node("n1", etcd.endpoint());
            stage.start(doomed, PushManagerProcess.manager("m2", etcd.endpoint()), node);
            Map<ExampleProgram, ExampleProgram.Run> runs = new EnumMap<>(ExampleProgram.class);
            List<ExampleProgram> examples = runnable();
            stage.open(examples.stream()
                    .map(example -> Stage.socket(example.name(), node, "user-" + example, "room-" + example))
                    .toList());
            examples.forEach(example ->
                    runs.put(example, example.push("etcd://" + etcd.endpoint(), "room-" + example, MESSAGES)));

            await("all push").atMost(SOON).until(() -> frames(stage).values().stream()
                    .allMatch(frames -> frames.size() >= BEGUN));
            doomed.freeze();
            await("all have repeated").atMost(SOON).until(() -> runs.values().stream()
                    .allMatch(run -> run.errors().contains(" is repeated: ")));
            doomed.thaw();
            Map<String, List<Frame>> thawed = frames(stage);
            await("all go on").atMost(SOON).until(() -> frames(stage).entrySet().stream()
                    .allMatch(now ->
                            now.getValue().size() >= thawed.get(now.getKey()).size() + BEGUN));
            doomed.freeze();
            awaitStandstill(stage);
            doomed.killHard();

            Map<ExampleProgram, Integer> exits = new EnumMap<>(ExampleProgram.class);
            runs.forEach((example, run) -> exits.put(example, run.awaitExit(SOON)));
            stage.flush(examples.size());
            Map<String, List<Frame>> received = frames(stage);
            runs.forEach((example, run) -> AT_CLUSTER.put(
                    example, new Seen(exits.get(example), run.output(), run.errors(), received.get(example.name()))));
        }
    }

    /** Each waits for the frozen manager: which happens at its second push, when one after the other is asked. */
    private static void awaitStandstill(Stage stage) {
        int[] before = {-1};
        await("all wait for the frozen manager")
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    int now =
                            frames(stage).values().stream().mapToInt(List::size).sum();
                    boolean isStill = now == before[0];
                    before[0] = now;
                    return isStill;
                });
    }

    private static Map<String, List<Frame>> frames(Stage stage) {
        stage.sockets().call("flush", Map.of("timeout_ms", 5_000));
        Map<String, List<Frame>> frames = new HashMap<>();
        for (SocketLog socket : stage.ledger().sockets()) {
            frames.put(socket.name(), socket.frames());
        }
        return frames;
    }
}
