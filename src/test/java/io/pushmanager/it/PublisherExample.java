package io.pushmanager.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * {@code examples/publisher} as its reader runs it: a JVM that has the jar for applications, Vert.x and Hazelcast, and nothing
 * of the server.
 */
final class PublisherExample implements AutoCloseable {

    private static final Path BASE = Path.of(System.getProperty("pushmanager.basedir", "."));
    private static final Path JAR = BASE.resolve("target/push-manager-publisher.jar");
    private static final List<String> LIBRARIES =
            List.of("vertx-core", "vertx-hazelcast", "hazelcast", "netty-", "jackson-core", "slf4j-api");
    private static final List<String> OPENED = List.of(
            "java.base/java.lang",
            "java.base/java.nio",
            "java.base/sun.nio.ch",
            "java.management/sun.management",
            "jdk.management/com.sun.management.internal");

    private final Process process;
    private final Path output;

    private PublisherExample(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    static PublisherExample start(String member, String room) {
        try {
            Path classes = Files.createTempDirectory("publisher");
            String classPath = classPath();
            int compiled = ToolProvider.getSystemJavaCompiler()
                    .run(
                            null,
                            null,
                            null,
                            "-proc:none",
                            "-cp",
                            classPath,
                            "-d",
                            classes.toString(),
                            BASE.resolve("examples/publisher/src/main/java/example/Publisher.java")
                                    .toString());
            assertThat(compiled).as("the example compiles").isZero();
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.add("-XX:TieredStopAtLevel=1");
            OPENED.forEach(opened -> command.add("--add-opens=" + opened + "=ALL-UNNAMED"));
            command.add("--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED");
            command.addAll(List.of("-cp", classes + File.pathSeparator + classPath, "example.Publisher", member, room));
            Path output = Files.createTempFile("publisher", ".log");
            return new PublisherExample(
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start(),
                    output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String classPath() {
        Stream<String> libraries = Stream.of(
                        System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> LIBRARIES.stream()
                        .anyMatch(
                                name -> Path.of(entry).getFileName().toString().startsWith(name)));
        return Stream.concat(Stream.of(JAR.toString()), libraries).collect(Collectors.joining(File.pathSeparator));
    }

    /** What it said, once it has ended well. */
    String awaitEnd(Duration limit) {
        try {
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            String said = Files.readString(output);
            assertThat(ended && process.exitValue() == 0).as(said).isTrue();
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
