package io.pushmanager.testing;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.CompactionRequest;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real etcd of one member on free ports of the loopback, with its data in a temporary folder.
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
public final class EtcdServer implements AutoCloseable {

    private static final String BINARY = System.getProperty("etcd.binary", "etcd");
    private static final int START_ATTEMPTS = 3;
    private static final long CALL_SECONDS = 15;

    private final Path folder;
    private final int clientPort;
    private final int peerPort;
    private final Thread reaper = new Thread(this::destroyNow, "etcd-reaper");
    private Process process;
    private ManagedChannel channel;

    private EtcdServer(Path folder, int clientPort, int peerPort) {
        this.folder = folder;
        this.clientPort = clientPort;
        this.peerPort = peerPort;
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
        return "127.0.0.1:" + clientPort;
    }

    public int port() {
        return clientPort;
    }

    /** The process id, for those who want to measure or signal it. */
    public long pid() {
        return process.pid();
    }

    /** Starts it on its ports with the data it had. */
    public void restart() {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException("etcd is running");
        }
        String peers = "http://127.0.0.1:" + peerPort;
        List<String> command = List.of(
                BINARY,
                "--name=test",
                "--data-dir=" + folder.resolve("data"),
                "--listen-client-urls=http://" + endpoint(),
                "--advertise-client-urls=http://" + endpoint(),
                "--listen-peer-urls=" + peers,
                "--initial-advertise-peer-urls=" + peers,
                "--initial-cluster=test=" + peers,
                "--heartbeat-interval=10",
                "--election-timeout=100",
                "--logger=zap",
                "--log-level=warn");
        File log = folder.resolve("etcd.log").toFile();
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                    .start();
        } catch (IOException e) {
            throw new AssertionError("no etcd to run (" + BINARY + "): install the Debian package etcd-server", e);
        }
        addReaper();
        awaitAnswer(log);
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

    /** Returns the revision. */
    public long put(String key, String value) {
        return put(key, ByteString.copyFromUtf8(value), 0);
    }

    /** With a lease, or 0 for none. Returns the revision. */
    public long put(String key, ByteString value, long lease) {
        return kv().put(PutRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(key))
                        .setValue(value)
                        .setLease(lease)
                        .build())
                .getHeader()
                .getRevision();
    }

    /** Many keys in as few transactions as etcd allows (128 operations each). Returns the last revision. */
    public long putAll(Map<String, String> values) {
        long revision = 0;
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        for (Map.Entry<String, String> entry : values.entrySet()) {
            txn.addSuccess(RequestOp.newBuilder()
                    .setRequestPut(PutRequest.newBuilder()
                            .setKey(ByteString.copyFromUtf8(entry.getKey()))
                            .setValue(ByteString.copyFromUtf8(entry.getValue()))));
            if (txn.getSuccessCount() == 128) {
                revision = kv().txn(txn.build()).getHeader().getRevision();
                txn.clear();
            }
        }
        return txn.getSuccessCount() == 0
                ? revision
                : kv().txn(txn.build()).getHeader().getRevision();
    }

    /** Returns the revision. */
    public long delete(String key) {
        return kv().deleteRange(DeleteRangeRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(key))
                        .build())
                .getHeader()
                .getRevision();
    }

    /** Returns the revision. */
    public long deletePrefix(String prefix) {
        return kv().deleteRange(DeleteRangeRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(prefix))
                        .setRangeEnd(endOf(prefix))
                        .build())
                .getHeader()
                .getRevision();
    }

    /** What etcd holds under a prefix, by key. */
    public Map<String, String> list(String prefix) {
        Map<String, String> values = new LinkedHashMap<>();
        entries(prefix)
                .forEach(entry -> values.put(
                        entry.getKey().toStringUtf8(), entry.getValue().toStringUtf8()));
        return values;
    }

    /** As {@link #list}, with leases and revisions. */
    public List<KeyValue> entries(String prefix) {
        return kv().range(RangeRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(prefix))
                        .setRangeEnd(endOf(prefix))
                        .build())
                .getKvsList();
    }

    public long revision() {
        return kv().range(RangeRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8("/"))
                        .build())
                .getHeader()
                .getRevision();
    }

    /** Forgets every revision before this one: a watch that wants an older one ends. */
    public void compact(long revision) {
        var unused = kv().compact(CompactionRequest.newBuilder()
                .setRevision(revision)
                .setPhysical(true)
                .build());
    }

    /** A lease that nobody keeps alive. */
    public long grant(int ttlSeconds) {
        return lease().leaseGrant(
                        LeaseGrantRequest.newBuilder().setTTL(ttlSeconds).build())
                .getID();
    }

    public void revoke(long lease) {
        var unused =
                lease().leaseRevoke(LeaseRevokeRequest.newBuilder().setID(lease).build());
    }

    /** Ends it and takes its folder away. */
    @Override
    public void close() {
        closeChannel();
        destroyNow();
        deleteTree(folder);
        removeReaper();
    }

    private KVGrpc.KVBlockingStub kv() {
        return KVGrpc.newBlockingStub(channel()).withWaitForReady().withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
    }

    private LeaseGrpc.LeaseBlockingStub lease() {
        return LeaseGrpc.newBlockingStub(channel())
                .withWaitForReady()
                .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
    }

    private ManagedChannel channel() {
        if (channel == null) {
            channel = NettyChannelBuilder.forAddress("127.0.0.1", clientPort)
                    .usePlaintext()
                    .maxInboundMessageSize(256 << 20)
                    .build();
        }
        return channel;
    }

    private void closeChannel() {
        if (channel != null) {
            channel.shutdownNow();
            channel = null;
        }
    }

    private void awaitAnswer(File log) {
        try {
            revision();
        } catch (RuntimeException noAnswer) {
            throw new IllegalStateException("etcd does not answer on " + endpoint() + ":\n" + textOf(log), noAnswer);
        }
        if (!process.isAlive()) {
            throw new IllegalStateException("another etcd answers on " + endpoint() + ":\n" + textOf(log));
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

    private static ByteString endOf(String prefix) {
        byte[] end = prefix.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        end[end.length - 1]++;
        return ByteString.copyFrom(end);
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
