package io.pushmanager.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A real Redis on a free port of the loopback, which keeps nothing on disk. <b>Failure:</b> without a {@code redis-server} to
 * run, {@link #start()} fails and names the package to install.
 */
public final class RedisServer implements AutoCloseable {

    private static final String BINARY = System.getProperty("redis.binary", "redis-server");

    private final int port = Ports.free();
    private final Path log;
    private Process process;

    private RedisServer() {
        try {
            log = Files.createTempFile("push-manager-redis", ".log");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts one and waits until it listens. */
    public static RedisServer start() {
        RedisServer server = new RedisServer();
        server.restart();
        return server;
    }

    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** On the same port, with nothing in it. */
    public void restart() {
        List<String> command = List.of(
                BINARY, "--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no");
        File output = log.toFile();
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output))
                    .start();
        } catch (IOException e) {
            throw new AssertionError("no Redis to run (" + BINARY + "): install the Debian package redis-server", e);
        }
        Process child = process;
        Runtime.getRuntime().addShutdownHook(new Thread(child::destroyForcibly));
        Awaitility.await("redis listens").atMost(Duration.ofSeconds(10)).until(this::listens);
    }

    private boolean listens() {
        try (Socket probe = new Socket()) {
            probe.connect(new InetSocketAddress("127.0.0.1", port), 500);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** {@code SIGKILL}, and waits for the end. */
    public void killHard() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("redis does not end");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        killHard();
        try {
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
