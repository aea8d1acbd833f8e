package io.pushmanager.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.testing.PushManagerProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Runs {@code src/test/web/page.test.mjs}, a headless Chromium, against a process of the product. */
class BrowserIT {

    private static final Path BASE = Path.of(System.getProperty("pushmanager.basedir", "."));
    private static final File FOLDER = BASE.resolve("src/test/web").toFile();

    @Test
    void thePageOfARunningNodeWorksInABrowser() throws IOException, InterruptedException {
        if (!Files.exists(FOLDER.toPath().resolve("node_modules/.package-lock.json"))) {
            run(Map.of(), "npm", "ci", "--no-audit", "--no-fund");
        }
        try (PushManagerProcess product = PushManagerProcess.all("browser")) {
            product.start().awaitReady(Duration.ofSeconds(30));
            run(
                    Map.of(
                            "PM_BASE_URL", "http://127.0.0.1:" + product.httpPort() + "/",
                            "PM_PUSH_URL", "http://" + product.address() + "/v1/push"),
                    "node",
                    "--test",
                    "page.test.mjs");
        }
    }

    private static void run(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        Path output = Files.createDirectories(BASE.resolve("target/processes")).resolve("browser-tests.log");
        ProcessBuilder builder = new ProcessBuilder(command).directory(FOLDER).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.redirectOutput(output.toFile()).start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS))
                    .as("%s ended within 2 minutes; see %s", List.of(command), output)
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(() -> read(output)).isZero();
    }

    private static String read(Path output) {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
