package io.pushmanager.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Pattern;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.TestTag;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Writes what became of every test tagged {@code fault-N} or {@code bad-input-N} to {@code target/faults/*.tsv}, from
 * which {@code scripts/faults} makes docs/faults.md. JUnit finds it by its service file.
 *
 * <p>One file for each JVM, one line for each run of a test: tag, verdict, Class.method.
 */
public final class ShownRows implements TestExecutionListener {

    private static final Pattern ROW = Pattern.compile("(fault|bad-input)-[0-9]+");

    private final Path file = Path.of(System.getProperty("pushmanager.basedir", System.getProperty("basedir", ".")))
            .resolve("target/faults/" + ProcessHandle.current().pid() + ".tsv");

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (test.isTest() || result.getStatus() == TestExecutionResult.Status.FAILED) {
            write(test, result.getStatus() == TestExecutionResult.Status.SUCCESSFUL ? "passed" : "failed");
        }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        write(test, "skipped");
    }

    private void write(TestIdentifier test, String verdict) {
        TestSource source = test.getSource().orElse(null);
        if (!(source instanceof MethodSource method)) {
            return;
        }
        String simpleName =
                method.getClassName().substring(method.getClassName().lastIndexOf('.') + 1);
        for (TestTag tag : test.getTags()) {
            if (ROW.matcher(tag.getName()).matches()) {
                append(tag.getName() + '\t' + verdict + '\t' + simpleName + '.' + method.getMethodName() + '\n');
            }
        }
    }

    private synchronized void append(String line) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
