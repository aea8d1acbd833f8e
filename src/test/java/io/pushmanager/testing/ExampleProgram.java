package io.pushmanager.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The programs of {@code examples/}, as somebody would run them who has built them with {@code scripts/examples}. Those that
 * take longest to start stand first.
 */
public enum ExampleProgram {
    JAVA(
            "java-client",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-jar",
            "examples/java-client/target/java-client.jar"),
    PYTHON("python-client", "target/examples/python/bin/python", "-B", "examples/python-client/client.py"),
    NODE("node-client", "node", "examples/node-client/client.mjs"),
    GO("go-client", "target/examples/go-client");

    private static final Path BASE =
            Path.of(System.getProperty("pushmanager.basedir", ".")).toAbsolutePath();
    private static final Path FOLDER = BASE.resolve("target/examples");
    /** The first time it fetches and compiles what they are made from. */
    private static final Duration BUILD_LIMIT = Duration.ofMinutes(10);

    private final String folder;
    private final List<String> command;

    ExampleProgram(String folder, String... command) {
        this.folder = folder;
        this.command = List.of(command);
    }

    /** Builds those whose tools are here. <b>Failure:</b> of one that has its tools and does not build. */
    public static void buildAll() {
        Path log = BASE.resolve("target/examples-build.log");
        try {
            Process build = new ProcessBuilder("scripts/examples")
                    .directory(BASE.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!build.waitFor(BUILD_LIMIT.toSeconds(), TimeUnit.SECONDS) || build.exitValue() != 0) {
                build.destroyForcibly();
                throw new AssertionError("the examples do not build:\n" + Files.readString(log));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What is missing on this machine to build it. */
    public Optional<String> missing() {
        Path missing = FOLDER.resolve(folder + ".missing");
        try {
            return Files.exists(missing) ? Optional.of(Files.readString(missing).strip()) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets it push so many messages to a room. {@code managers} is what it takes as its first argument. */
    public Run push(String managers, String room, int count) {
        List<String> arguments = new ArrayList<>(command);
        arguments.addAll(List.of(managers, room, Integer.toString(count)));
        try {
            Path folderOfRuns = Files.createDirectories(BASE.resolve("target/examples/runs"));
            Path out = Files.createTempFile(folderOfRuns, folder, ".out");
            Path err = Files.createTempFile(folderOfRuns, folder, ".err");
            Process process = new ProcessBuilder(arguments)
                    .directory(BASE.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return new Run(process, out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One run of one example. */
    public record Run(Process process, Path out, Path err) implements AutoCloseable {

        /** The exit code; fails after {@code limit}. */
        public int awaitExit(Duration limit) {
            try {
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new AssertionError("has not ended after " + limit + ". It said:\n" + errors());
                }
                return process.exitValue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        public String output() {
            return read(out);
        }

        public String errors() {
            return read(err);
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }

        private static String read(Path file) {
            try {
                return Files.readString(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
