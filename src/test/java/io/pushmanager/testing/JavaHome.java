package io.pushmanager.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** A Java of another version than the tests' own, where this machine has one: {@code JAVA25_HOME}, or in {@code /usr/lib/jvm}. */
public final class JavaHome {

    private static final Path INSTALLED = Path.of("/usr/lib/jvm");

    private JavaHome() {}

    public static Optional<Path> of(int major) {
        String named = System.getenv("JAVA" + major + "_HOME");
        if (named != null && !named.isEmpty()) {
            return Optional.of(Path.of(named));
        }
        if (!Files.isDirectory(INSTALLED)) {
            return Optional.empty();
        }
        try (Stream<Path> homes = Files.list(INSTALLED)) {
            return homes.sorted().filter(home -> isOf(major, home)).findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOf(int major, Path home) {
        Path release = home.resolve("release");
        if (!Files.isExecutable(home.resolve("bin/java")) || !Files.isReadable(release)) {
            return false;
        }
        try {
            return Files.readString(release).contains("JAVA_VERSION=\"" + major + ".");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
