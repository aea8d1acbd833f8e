package io.pushmanager.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The product as a process of its own: {@code java -jar target/push-manager.jar}, on free ports of the loopback.
 *
 * <p>It sees none of this machine's environment but the path and the temporary folder, so that no variable of the person
 * who runs the tests configures it. What it says goes to {@code target/processes/}, where {@code scripts/test} looks for
 * leaks and blocked event loops. The ports outlive a restart. Use it from the test's own thread.
 */
public final class PushManagerProcess implements AutoCloseable {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Path BASE = Path.of(System.getProperty("pushmanager.basedir", "."));
    private static final Path JAR = Path.of(System.getProperty("pushmanager.jar", BASE + "/target/push-manager.jar"));
    private static final Path JAVA_HOME =
            Path.of(System.getProperty("pushmanager.java.home", System.getProperty("java.home")));
    private static int started;

    private final String name;
    private final String role;
    private final Map<String, String> environment = new TreeMap<>();
    private final List<String> jvmOptions = new ArrayList<>(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
    private final List<String> arguments = new ArrayList<>();
    private final List<String> before = new ArrayList<>();
    private Path javaHome = JAVA_HOME;
    private Path output;
    private String host = "127.0.0.1";
    private final int grpcPort = Ports.free();
    private final int nodeGrpcPort = Ports.free();
    private final int controllerGrpcPort = Ports.free();
    private final int httpPort = Ports.free();
    private final int metricsPort = Ports.free();
    private boolean everFrozen;
    private Path log = Path.of("not-started");
    private Process process;

    private PushManagerProcess(String name, String role) {
        this.name = name;
        this.role = role;
        arguments.addAll(List.of("serve", "--role", role));
        environment.put("GRPC_PORT", Integer.toString(grpcPort));
        environment.put("CONNECT_NODE_GRPC_PORT", Integer.toString(nodeGrpcPort));
        environment.put("CONTROLLER_GRPC_PORT", Integer.toString(controllerGrpcPort));
        environment.put("HTTP_PORT", Integer.toString(httpPort));
        environment.put("METRICS_PORT", Integer.toString(metricsPort));
    }

    /** Everything in one process. */
    public static PushManagerProcess all(String name) {
        return new PushManagerProcess(name, "all");
    }

    public static PushManagerProcess manager(String id, String etcdEndpoints) {
        return new PushManagerProcess(id, "push-manager").env("MANAGER_ID", id).env("ETCD_ENDPOINTS", etcdEndpoints);
    }

    public static PushManagerProcess node(String id, String etcdEndpoints) {
        return new PushManagerProcess(id, "connect-node").env("NODE_ID", id).env("ETCD_ENDPOINTS", etcdEndpoints);
    }

    public static PushManagerProcess controller(String id, String etcdEndpoints) {
        return new PushManagerProcess(id, "controller-manager")
                .env("CONTROLLER_ID", id)
                .env("ETCD_ENDPOINTS", etcdEndpoints);
    }

    /** An environment variable; null takes it away. */
    public PushManagerProcess env(String variable, String value) {
        if (value == null) {
            environment.remove(variable);
        } else {
            environment.put(variable, value);
        }
        return this;
    }

    /** Reached at another address of this machine than the loopback. */
    public PushManagerProcess at(String address) {
        host = address;
        return env("LISTEN_HOST", "0.0.0.0").env("AUTH_MODE", "none").env("ADVERTISE_ADDRESS", address + ":0");
    }

    /** In a network namespace of its own, where it has this address. */
    public PushManagerProcess in(String namespace, String address) {
        before.addAll(List.of("ip", "netns", "exec", namespace));
        return at(address);
    }

    /** Further arguments of the command line. */
    public PushManagerProcess with(String... more) {
        arguments.addAll(List.of(more));
        return this;
    }

    public PushManagerProcess jvm(String... options) {
        jvmOptions.addAll(List.of(options));
        return this;
    }

    /** By another Java than the others. */
    public PushManagerProcess onJava(Path home) {
        javaHome = home;
        return this;
    }

    /** With no more file descriptors than these. */
    public PushManagerProcess descriptors(int most) {
        before.addAll(List.of("sh", "-c", "ulimit -n " + most + " && exec \"$@\"", "sh"));
        return this;
    }

    /** What it says goes here; {@link #output} cannot tell it. */
    public PushManagerProcess sayingTo(Path file) {
        output = file;
        return this;
    }

    /** Starts it, again on the same ports if it ran before. Does not wait for it. */
    public PushManagerProcess start() {
        if (isAlive()) {
            throw new IllegalStateException(name + " is running");
        }
        nameLogOfFrozen();
        List<String> command = new ArrayList<>(before);
        command.add(javaHome.resolve("bin/java").toString());
        command.addAll(jvmOptions);
        if (javaHome.equals(JAVA_HOME)
                && jvmOptions.stream().noneMatch(option -> option.startsWith("-XX:ArchiveClassesAtExit"))) {
            command.add("-XX:SharedArchiveFile=" + ClassArchive.of(JAR, JAVA_HOME));
        }
        command.addAll(List.of("-jar", JAR.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> inherited = Map.copyOf(builder.environment());
        builder.environment().keySet().removeIf(variable -> !variable.equals("PATH") && !variable.equals("TMPDIR"));
        builder.environment().putAll(environment);
        builder.environment().put("HOME", inherited.getOrDefault("HOME", "/"));
        try {
            log = logFile();
            process = builder.redirectOutput((output == null ? log : output).toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Process child = process;
        Runtime.getRuntime().addShutdownHook(new Thread(child::destroyForcibly));
        return this;
    }

    /** Waits until {@code /health/ready} says so. Fails at once, with its log, if it ends before. */
    public PushManagerProcess awaitReady(Duration limit) {
        try {
            await(name + " ready")
                    .atMost(limit)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(20))
                    .failFast(name + " has ended", () -> !isAlive())
                    .until(this::isReady);
        } catch (RuntimeException e) {
            throw new AssertionError(name + " is not ready. It said:\n" + output(), e);
        }
        return this;
    }

    public boolean isReady() {
        return get(metricsPort, "/health/ready").status() == 200;
    }

    public boolean isLive() {
        return get(metricsPort, "/health/live").status() == 200;
    }

    /** Of one port of this process. Status 0: nobody answers. */
    public Answer get(int port, String path) {
        return send(HttpRequest.newBuilder(uri(port, path)).GET());
    }

    public Answer postJson(int port, String path, String body) {
        return send(HttpRequest.newBuilder(uri(port, path))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** Sum over all label values of one metric; 0 when it is not there. */
    public double metric(String metric) {
        return get(metricsPort, "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(metric + "{") || line.startsWith(metric + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** SIGTERM. Does not wait. */
    public void terminate() {
        signal("TERM");
    }

    /** SIGKILL, and waits for the end. */
    public void killHard() {
        process.destroyForcibly();
        awaitExit(Duration.ofSeconds(10));
    }

    /** SIGSTOP: connections stay open and nothing answers. */
    public void freeze() {
        everFrozen = true;
        signal("STOP");
    }

    /** Its event loops may stand still for another reason than their own; after the start. */
    public void mayStandStill() {
        everFrozen = true;
    }

    /** SIGCONT. */
    public void thaw() {
        signal("CONT");
    }

    public void signal(String signal) {
        try {
            int status = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IllegalStateException("kill -" + signal + " " + name + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits for the end and returns the exit code. Killed by signal N: 128 + N. */
    public int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(name + " has not ended after " + limit + ". It said:\n" + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    public String name() {
        return name;
    }

    public boolean isOnlyManager() {
        return role.equals("push-manager");
    }

    public boolean isOnlyNode() {
        return role.equals("connect-node");
    }

    /** Of the Controller in a process with all roles. */
    public int controllerGrpcPort() {
        return controllerGrpcPort;
    }

    /** Of the manager in a process with all roles, of the only role in others. */
    public int grpcPort() {
        return grpcPort;
    }

    /** Of the Connect-Node in a process with all roles. */
    public int nodeGrpcPort() {
        return nodeGrpcPort;
    }

    public int httpPort() {
        return httpPort;
    }

    public int metricsPort() {
        return metricsPort;
    }

    public String address() {
        return host + ":" + grpcPort;
    }

    public String webSocketUrl() {
        return "ws://" + host + ":" + httpPort + "/ws";
    }

    /** What it has said since it was started last. */
    public String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "(no output: " + e.getMessage() + ")";
        }
    }

    /** Ends it at once if it still runs. */
    @Override
    public void close() {
        if (isAlive()) {
            process.destroyForcibly();
            awaitExit(Duration.ofSeconds(10));
        }
        nameLogOfFrozen();
    }

    /** A frozen process finds its event loops blocked, and may say so. */
    private void nameLogOfFrozen() {
        if (!everFrozen) {
            return;
        }
        everFrozen = false;
        try {
            Files.move(log, log.resolveSibling(log.getFileName().toString().replace(".log", ".frozen.log")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Status and body of an HTTP answer. */
    public record Answer(int status, String body) {}

    private Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response =
                    HTTP.send(request.timeout(Duration.ofSeconds(5)).build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            return new Answer(0, e.toString());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private URI uri(int port, String path) {
        return URI.create("http://" + host + ":" + port + path);
    }

    private Path logFile() throws IOException {
        Path folder = Files.createDirectories(BASE.resolve("target/processes"));
        synchronized (PushManagerProcess.class) {
            started++;
            return folder.resolve(ProcessHandle.current().pid() + "-" + started + "-" + name + ".log");
        }
    }
}
