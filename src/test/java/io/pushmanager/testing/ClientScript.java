package io.pushmanager.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A client that is not ours: one of the Node.js programs in src/test/clients, driven over its standard input by one JSON
 * object a line, answering each by its {@code id}, and keeping a ledger of what it saw.
 *
 * <p>Commands may overlap. <b>Failure:</b> a command that fails throws {@link AssertionError} with the client's reason;
 * a client that ends fails every command that waits.
 */
public final class ClientScript implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path FOLDER =
            Path.of(System.getProperty("pushmanager.basedir", "."), "src", "test", "clients");
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static int started;

    private final String script;
    private final Path ledger;
    private final Process process;
    private final Writer input;
    private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private int lastId;

    private ClientScript(String script, Path ledger, Process process) {
        this.script = script;
        this.ledger = ledger;
        this.process = process;
        this.input = process.outputWriter(StandardCharsets.UTF_8);
        Thread reader = new Thread(this::readAnswers, script + "-answers");
        reader.setDaemon(true);
        reader.start();
    }

    /** Many WebSockets. */
    public static ClientScript sockets() {
        return start("sockets.mjs", Map.of());
    }

    /** Pushes by gRPC. */
    public static ClientScript pusher() {
        return start("pusher.mjs", Map.of());
    }

    /** Pushes by gRPC, and writes down each call before it makes it: for one that is to be {@linkplain #kill() killed}. */
    public static ClientScript doomedPusher() {
        return start("pusher.mjs", Map.of("LEDGER_AT_ONCE", "1"));
    }

    /** SIGKILL: its connections end in the middle of whatever was on them. */
    public void kill() {
        process.destroyForcibly();
    }

    /** Sends a command and waits for its answer. */
    public JsonNode call(String command, Map<String, ?> arguments) {
        return await(begin(command, arguments), LIMIT);
    }

    /** Sends a command; its answer may take long. */
    public CompletableFuture<JsonNode> begin(String command, Map<String, ?> arguments) {
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        synchronized (input) {
            int id = ++lastId;
            waiting.put(id, answer);
            ObjectNode line = JSON.valueToTree(arguments);
            line.put("id", id).put("cmd", command);
            try {
                input.write(line + "\n");
                input.flush();
            } catch (IOException e) {
                waiting.remove(id);
                answer.completeExceptionally(e);
            }
        }
        if (!process.isAlive()) {
            answer.completeExceptionally(new IOException(script + " has ended"));
        }
        return answer;
    }

    public JsonNode await(CompletableFuture<JsonNode> answer, Duration limit) {
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(script + ": " + e.getCause().getMessage(), e);
        } catch (TimeoutException e) {
            throw new AssertionError(script + " has not answered after " + limit, e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The ledger it writes, one JSON object a line. Complete after {@code flush} and after the end. */
    public Path ledger() {
        return ledger;
    }

    /** Lets it finish its ledger and end. */
    @Override
    public void close() {
        try (input) {
            if (process.isAlive()) {
                begin("exit", Map.of());
            }
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ClientScript start(String script, Map<String, String> environment) {
        try {
            install();
            Path folder = Files.createDirectories(
                    FOLDER.resolve("../../../target/ledgers").normalize());
            Path ledger;
            synchronized (ClientScript.class) {
                started++;
                ledger = folder.resolve(
                        ProcessHandle.current().pid() + "-" + started + "-" + script.replace(".mjs", ".ndjson"));
            }
            ProcessBuilder builder = new ProcessBuilder(
                            "node", script, ledger.toAbsolutePath().toString())
                    .directory(FOLDER.toFile())
                    .redirectError(Path.of(ledger.toAbsolutePath() + ".err").toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return new ClientScript(script, ledger, process);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + script + ": is Node.js 20 installed?", e);
        }
    }

    /** The packages of the lock file, once. */
    private static synchronized void install() throws IOException {
        if (Files.exists(FOLDER.resolve("node_modules/.package-lock.json"))) {
            return;
        }
        Process npm = new ProcessBuilder(List.of("npm", "ci", "--no-audit", "--no-fund"))
                .directory(FOLDER.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (npm.waitFor() != 0) {
                throw new IOException("npm ci failed in " + FOLDER);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void readAnswers() {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                JsonNode answer = JSON.readTree(line);
                CompletableFuture<JsonNode> asked =
                        waiting.remove(answer.path("id").asInt());
                if (asked == null) {
                    continue;
                }
                if (answer.has("error")) {
                    asked.completeExceptionally(
                            new IOException(answer.get("error").asText()));
                } else {
                    asked.complete(answer);
                }
            }
        } catch (IOException e) {
            waiting.values().forEach(asked -> asked.completeExceptionally(e));
        }
        waiting.values().forEach(asked -> asked.completeExceptionally(new IOException(script + " has ended")));
    }
}
