package io.pushmanager.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * The classes of the product's jar as the JVM has them after a start: with it a process takes half the processor time to be
 * ready. Made by the first process that wants it, kept in {@code target} until the jar or the Java is another.
 *
 * <p><b>Thread:</b> any. A JVM that finds that the archive does not fit goes without.
 */
final class ClassArchive {

    private static final Duration SOON = Duration.ofSeconds(40);
    private static final String PREFIX = "test-classes-";

    private ClassArchive() {}

    /** Where it is; made now, if it is not there. */
    static synchronized Path of(Path jar, Path javaHome) {
        try (FileChannel shared = FileChannel.open(
                jar.resolveSibling("class-archive.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            shared.lock(); // until it is closed: another JVM that tests may want the archive too
            String made = Long.toHexString(Files.getLastModifiedTime(jar).toMillis()) + "-"
                    + Integer.toHexString(javaHome.hashCode());
            Path archive = jar.resolveSibling(PREFIX + made + ".jsa").toAbsolutePath();
            if (!Files.exists(archive)) {
                removeOthers(archive.getParent());
                make(archive);
            }
            return archive;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void make(Path archive) throws IOException {
        Path unfinished = Files.createTempFile(archive.getParent(), PREFIX, ".unfinished");
        Files.delete(unfinished);
        try (PushManagerProcess trained = PushManagerProcess.all("class-archive")
                .jvm("-XX:ArchiveClassesAtExit=" + unfinished)
                .start()) {
            trained.awaitReady(SOON);
            trained.terminate();
            trained.awaitExit(SOON);
        }
        Files.move(unfinished, archive, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void removeOthers(Path folder) throws IOException {
        try (DirectoryStream<Path> others = Files.newDirectoryStream(folder, PREFIX + "*")) {
            for (Path other : others) {
                Files.deleteIfExists(other);
            }
        }
    }
}
