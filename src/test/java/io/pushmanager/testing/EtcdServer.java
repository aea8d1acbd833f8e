package io.pushmanager.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A real etcd of one member, or one of several, on free ports of the loopback, with its data in a temporary folder.
 *
 * <p>It elects itself within a tenth of a second and allows leases of one second. Calls block; use it from the test's
 * own thread. <b>Failure:</b> without an {@code etcd} to run, {@link #start()} fails and names the package to install.
 *
 * <pre>{@code
 * try (EtcdServer etcd = EtcdServer.start()) {
 *     etcd.put("/services/connect-node/127.0.0.1:50052", "127.0.0.1:50052");
 *     etcd.killHard();
 *     etcd.restart(); // same ports, same data
 * }
 * }</pre>
 */
public final class EtcdServer extends EtcdStore implements AutoCloseable {

    private static final String BINARY = System.getProperty("etcd.binary", "etcd");
    private static final int START_ATTEMPTS = 3;

    private final Path folder;
    private final int peerPort;
    private String members;
    private final Thread reaper = new Thread(this::destroyNow, "etcd-reaper");
    private Process process;

    private EtcdServer(Path folder, int clientPort, int peerPort) {
        super(clientPort);
        this.folder = folder;
        this.peerPort = peerPort;
        this.members = member();
    }

    /** So many members of one etcd, started together; the first answers, so they have a quorum. */
    public static List<EtcdServer> startMembers(int count) {
        List<EtcdServer> all =
                Stream.generate(EtcdServer::allocate).limit(count).toList();
        String members = all.stream().map(EtcdServer::member).collect(Collectors.joining(","));
        for (EtcdServer server : all) {
            server.members = members;
            server.launch();
        }
        all.get(0).awaitAnswer();
        return all;
    }

    private String member() {
        return "test-" + peerPort + "=" + peerUrl();
    }

    private String peerUrl() {
        return "http://127.0.0.1:" + peerPort;
    }

    /** Starts one and waits until it answers. */
    public static EtcdServer start() {
        EtcdServer server = allocate();
        for (int attempt = 1; ; attempt++) {
            try {
                server.restart();
                return server;
            } catch (IllegalStateException portsTaken) {
                server.close();
                if (attempt == START_ATTEMPTS) {
                    throw portsTaken;
                }
                server = allocate();
            }
        }
    }

    /** Ports and folder of one that is not running yet: for "etcd is absent at start". */
    public static EtcdServer allocate() {
        try (ServerSocket client = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket peer = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new EtcdServer(
                    Files.createTempDirectory("push-manager-etcd"), client.getLocalPort(), peer.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code host:port} for clients. */
    public String endpoint() {
        return "127.0.0.1:" + port();
    }

    /** The process id, for those who want to measure or signal it. */
    public long pid() {
        return process.pid();
    }

    /** Starts it on its ports with the data it had, and waits until it answers. */
    public void restart() {
        launch();
        awaitAnswer();
    }

    /** Starts it on its ports with the data it had. */
    private void launch() {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException("etcd is running");
        }
        List<String> command = List.of(
                BINARY,
                "--name=test-" + peerPort,
                "--data-dir=" + folder.resolve("data"),
                "--listen-client-urls=http://" + endpoint(),
                "--advertise-client-urls=http://" + endpoint(),
                "--listen-peer-urls=" + peerUrl(),
                "--initial-advertise-peer-urls=" + peerUrl(),
                "--initial-cluster=" + members,
                "--heartbeat-interval=10",
                "--election-timeout=100",
                "--logger=zap",
                "--log-level=warn");
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log()))
                    .start();
        } catch (IOException e) {
            throw new AssertionError("no etcd to run (" + BINARY + "): install the Debian package etcd-server", e);
        }
        addReaper();
    }

    private File log() {
        return folder.resolve("etcd.log").toFile();
    }

    /** {@code SIGTERM}, and waits for the end. */
    public void stop() {
        closeChannel();
        process.destroy();
        awaitEnd();
    }

    /** {@code SIGKILL}, and waits for the end. The data stays. */
    public void killHard() {
        closeChannel();
        process.destroyForcibly();
        awaitEnd();
    }

    /** {@code SIGSTOP}: connections stay open and nothing answers. */
    public void freeze() {
        signal("-STOP");
    }

    /** {@code SIGCONT}. */
    public void thaw() {
        signal("-CONT");
    }

    /** Throws the data away: the next {@link #restart()} begins at revision 1. Only while it is down. */
    public void wipe() {
        deleteTree(folder.resolve("data"));
    }

    /** Ends it and takes its folder away. */
    @Override
    public void close() {
        closeChannel();
        destroyNow();
        deleteTree(folder);
        removeReaper();
    }

    private void awaitAnswer() {
        try {
            // A channel that is refused waits a second before it tries again.
            Awaitility.await()
                    .atMost(Duration.ofSeconds(CALL_SECONDS))
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> !process.isAlive() || isListening());
            revision();
        } catch (RuntimeException noAnswer) {
            throw new IllegalStateException("etcd does not answer on " + endpoint() + ":\n" + textOf(log()), noAnswer);
        }
        if (!process.isAlive()) {
            throw new IllegalStateException("another etcd answers on " + endpoint() + ":\n" + textOf(log()));
        }
    }

    private boolean isListening() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }

    private void addReaper() {
        try {
            Runtime.getRuntime().addShutdownHook(reaper);
        } catch (IllegalArgumentException alreadyThere) {
            // restarted
        }
    }

    private void removeReaper() {
        try {
            Runtime.getRuntime().removeShutdownHook(reaper);
        } catch (IllegalStateException shuttingDown) {
            // it has run, or is about to
        }
    }

    private void destroyNow() {
        if (process != null) {
            process.destroyForcibly();
            awaitEnd();
        }
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(CALL_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("etcd " + pid() + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void signal(String name) {
        try {
            int status = new ProcessBuilder("kill", name, Long.toString(pid()))
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IllegalStateException("kill " + name + " " + pid() + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String textOf(File log) {
        try {
            return Files.readString(log.toPath());
        } catch (IOException e) {
            return "no log: " + e.getMessage();
        }
    }

    private static void deleteTree(Path root) {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            List<Path> deepestFirst = new ArrayList<>(paths.toList());
            deepestFirst.sort(Comparator.reverseOrder());
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
