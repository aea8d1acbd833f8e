package io.pushmanager.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pushmanager.config.Role;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.discovery.EtcdValue;
import io.pushmanager.telemetry.Logging;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.SocketAddress;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What the scenario {@code routing} puts behind and before managers: counting nodes whose number changes, and who pushes to their rooms.
 * All of it is one process, so that it is as warm for 1,000 nodes as for two.
 *
 * <p>It answers each line of its standard input, an object of JSON, with one on its standard output, and ends with its input:
 *
 * <pre>
 *   {"nodes":8,"rooms":16000,"users":0}   stops the nodes that were, starts these, says how they are registered
 *   {"rest":[PID,…],"secs":2}             what each process uses of the CPU, its JIT compilers left out
 *   {"push":"127.0.0.1:50053","pid":PID,"rate":500,"rooms":16000,"warm":0.5,"secs":2}
 *                                         the same under pushes, how many were answered in that time, and what became of all
 * </pre>
 *
 * <p><b>Thread:</b> the main one, which blocks. <b>Failure:</b> ends the process.
 */
public final class RoutingLoad {

    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long LOOK_MILLIS = 100;
    private static final double SLICE_SECONDS = 0.5; // in which each link renews its lease once
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    private final NodeFleet fleet = new NodeFleet(vertx, new Clocks(System::nanoTime, System::currentTimeMillis));
    private final Map<Long, ProcessCpu> processes = new HashMap<>();

    private RoutingLoad() {}

    public static void main(String[] arguments) throws Exception {
        Logging.configureForCommands();
        RoutingLoad load = new RoutingLoad();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            System.out.println(load.answer(JSON.readTree(line)));
        }
        System.exit(0);
    }

    private ObjectNode answer(JsonNode asked) throws InterruptedException, ExecutionException, TimeoutException {
        if (asked.has("nodes")) {
            return nodes(asked);
        }
        return asked.has("rest") ? rest(asked) : push(asked);
    }

    private ObjectNode nodes(JsonNode asked) throws InterruptedException, ExecutionException, TimeoutException {
        fleet.stop();
        fleet.start(
                asked.path("nodes").asInt(),
                true,
                new NodeFleet.Held(
                        asked.path("rooms").asInt(), asked.path("users").asInt()));
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode registered = answer.putArray("registered");
        for (NodeInfo node : fleet.nodes()) {
            registered
                    .addObject()
                    .put("key", Role.CONNECT_NODE.keyOf(node.address()))
                    .put("value", EtcdValue.write(node).toStringUtf8());
        }
        return answer;
    }

    /** The median of slices: a compiler or collector that runs in one of them says nothing about the others. */
    private ObjectNode rest(JsonNode asked) throws InterruptedException {
        int slices = Math.max(1, (int) Math.round(asked.path("secs").asDouble() / SLICE_SECONDS));
        double[][] used = new double[asked.path("rest").size()][slices];
        for (int slice = 0; slice < slices; slice++) {
            long[] before = withoutCompilers(asked.path("rest"));
            long began = System.nanoTime();
            sleep(SLICE_SECONDS);
            long[] after = withoutCompilers(asked.path("rest"));
            double seconds = seconds(System.nanoTime() - began);
            for (int process = 0; process < used.length; process++) {
                used[process][slice] = (after[process] - before[process]) / 1e3 / seconds;
            }
        }
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode medians = answer.putArray("cpu_us_per_s");
        for (double[] ofProcess : used) {
            Arrays.sort(ofProcess);
            medians.add((ofProcess[(slices - 1) / 2] + ofProcess[slices / 2]) / 2);
        }
        return answer;
    }

    private ObjectNode push(JsonNode asked) throws InterruptedException, ExecutionException, TimeoutException {
        String manager = asked.path("push").asText();
        int colon = manager.lastIndexOf(':');
        ProcessCpu process = process(asked.path("pid").asLong());
        StreamDriver driver = new StreamDriver(
                vertx,
                SocketAddress.inetSocketAddress(
                        Integer.parseInt(manager.substring(colon + 1)), manager.substring(0, colon)),
                asked.path("rooms").asInt(),
                asked.path("rate").asDouble());
        long receivedBefore = fleet.received();
        long straysBefore = fleet.strays();
        NodeFleet.await(driver.begin());
        sleep(asked.path("warm").asDouble());
        ProcessCpu.Used before = process.used();
        long acceptedBefore = driver.accepted();
        long began = System.nanoTime();
        sleep(asked.path("secs").asDouble());
        ProcessCpu.Used cpu = process.used().since(before);
        long accepted = driver.accepted() - acceptedBefore;
        double seconds = seconds(System.nanoTime() - began);
        NodeFleet.await(driver.end());
        settle(driver, receivedBefore);
        ObjectNode answer = JSON.createObjectNode()
                .put("cpu_us", cpu.nanos() / 1e3)
                .put("compilers_us", cpu.compilerNanos() / 1e3)
                .put("window_s", seconds)
                .put("answered", accepted)
                .put("sent", driver.sent())
                .put("accepted", driver.accepted())
                .put("failed", driver.failed())
                .put("received", fleet.received() - receivedBefore)
                .put("strays", fleet.strays() - straysBefore);
        NodeFleet.await(driver.close());
        return answer;
    }

    /** Until every push has its answer and nothing more arrives at the nodes. */
    private void settle(StreamDriver driver, long receivedBefore) throws InterruptedException {
        long limit = System.nanoTime() + SETTLE_NANOS;
        long last = -1;
        long now = fleet.received() - receivedBefore;
        while (System.nanoTime() - limit < 0 && (now != last || driver.accepted() + driver.failed() < driver.sent())) {
            last = now;
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            now = fleet.received() - receivedBefore;
        }
    }

    private long[] withoutCompilers(JsonNode pids) {
        long[] nanos = new long[pids.size()];
        for (int i = 0; i < nanos.length; i++) {
            ProcessCpu.Used used = process(pids.path(i).asLong()).used();
            nanos[i] = used.nanos() - used.compilerNanos();
        }
        return nanos;
    }

    private ProcessCpu process(long pid) {
        return processes.computeIfAbsent(pid, ProcessCpu::new);
    }

    private static void sleep(double seconds) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(Math.round(1_000 * seconds));
    }

    private static double seconds(long nanos) {
        return nanos / (double) TimeUnit.SECONDS.toNanos(1);
    }
}
