package io.pushmanager.testing;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
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

    /** SIGSTOP: connections stay open, new ones are taken by the kernel, and nothing answers. */
    public void freeze() {
        signal("STOP");
    }

    /** SIGCONT. */
    public void thaw() {
        signal("CONT");
    }

    private void signal(String signal) {
        try {
            int status = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IllegalStateException("kill -" + signal + " redis failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many connections it has, without the one that asks. */
    public int connections() {
        try (Socket asking = new Socket(InetAddress.getLoopbackAddress(), port)) {
            asking.setSoTimeout(5_000);
            asking.getOutputStream().write("INFO clients\r\n".getBytes(StandardCharsets.US_ASCII));
            BufferedReader answer =
                    new BufferedReader(new InputStreamReader(asking.getInputStream(), StandardCharsets.US_ASCII));
            for (String line = answer.readLine(); line != null; line = answer.readLine()) {
                if (line.startsWith("connected_clients:")) {
                    return Integer.parseInt(line.substring(line.indexOf(':') + 1)) - 1;
                }
            }
            throw new IllegalStateException("redis did not say how many connections it has");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
