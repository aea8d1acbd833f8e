package io.pushmanager.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code scripts/cluster}, as somebody starts and stops it. */
class ClusterScriptIT {

    private static final Path BASE =
            Path.of(System.getProperty("pushmanager.basedir", ".")).toAbsolutePath();
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int INTERRUPTED_CLEANLY = 0;
    private static final int FAILURE = 1;
    private static final int USAGE = 2;

    @TempDir
    Path folder;

    private Process script;
    private List<ProcessHandle> members = List.of();

    @AfterEach
    void endWhatIsLeft() {
        members.forEach(ProcessHandle::destroyForcibly);
        script.destroyForcibly();
    }

    @Test
    void showsWhatItStartedAndLeavesNothingBehindAfterCtrlC() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        start(
                Map.of(
                        "TMPDIR",
                        temporary.toString(),
                        "JAVA_HOME",
                        System.getProperty("java.home"),
                        "JAVA_TOOL_OPTIONS",
                        "-XX:TieredStopAtLevel=1 -Xmx256m"),
                "--interval",
                "1",
                "1",
                "1");
        await("all are ready")
                .atMost(SOON)
                .failFast(() -> !script.isAlive())
                .untilAsserted(
                        () -> assertThat(out())
                                .containsPattern(
                                        "(?m)^controller-1 +controller-manager +yes +\\d+ +127\\.0\\.0\\.1:\\d+ +- +-$")
                                .containsPattern(
                                        "(?m)^manager-1 +push-manager +yes +\\d+ +127\\.0\\.0\\.1:\\d+ +nodes 1, waiting 0 +-$")
                                .containsPattern(
                                        "(?m)^node-1 +connect-node +yes +\\d+ +127\\.0\\.0\\.1:\\d+ +connections 0, rooms 0 +ws://127\\.0\\.0\\.1:\\d+/ws$"));
        members = script.descendants().toList();
        assertThat(members).as("an etcd and three members at least").hasSizeGreaterThanOrEqualTo(4);

        new ProcessBuilder("kill", "-INT", Long.toString(script.pid())).start().waitFor();

        assertThat(exitCode()).as(err()).isEqualTo(INTERRUPTED_CLEANLY);
        assertThat(members).noneMatch(ProcessHandle::isAlive);
        assertThat(temporary).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1 2 3", "0 1", "1 33", "two 1", "--fast 1 1", "--interval 0 1 1"})
    void tellsHowItIsUsedWhenTheArgumentsAreWrong(String arguments) throws Exception {
        start(Map.of(), arguments.isEmpty() ? new String[0] : arguments.split(" "));

        assertThat(exitCode()).isEqualTo(USAGE);
        assertThat(err()).contains("scripts/cluster: ").contains("scripts/cluster MANAGERS NODES");
        assertThat(out()).isEmpty();
    }

    @Test
    void namesTheMissingEtcd() throws Exception {
        Path tools = Files.createDirectory(folder.resolve("tools"));
        for (String tool : List.of("bash", "env", "sed", "dirname", "readlink")) {
            Files.createSymbolicLink(tools.resolve(tool), find(tool));
        }
        start(Map.of("PATH", tools.toString()), "1", "1");

        assertThat(exitCode()).isEqualTo(FAILURE);
        assertThat(err()).contains("etcd is missing").contains("etcd-server");
    }

    private static Path find(String tool) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(directory -> Path.of(directory, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }

    private void start(Map<String, String> environment, String... arguments) throws IOException {
        // Whoever runs the tests in the background may have taught its children to ignore SIGINT.
        List<String> command =
                new ArrayList<>(List.of(find("env").toString(), "--default-signal=INT", "scripts/cluster"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(BASE.toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().putAll(environment);
        script = builder.start();
    }

    private int exitCode() throws InterruptedException {
        assertThat(script.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return script.exitValue();
    }

    private String out() throws IOException {
        return Files.readString(folder.resolve("out"));
    }

    private String err() throws IOException {
        return Files.readString(folder.resolve("err"));
    }
}
