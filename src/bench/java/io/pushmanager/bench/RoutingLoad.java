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
 *   {"push":"127.0.0.1:50053","pid":PID,"rate":500,"rooms":16000,"warm":0.5,"secs":1,"times":3,"rest":1}
 *                                         pushes three times for a second, and stands still for one before, between and after: what the
 *                                         process uses of the CPU each time, how many were answered, and what became of all
 * </pre>
 *
 * <p><b>Thread:</b> the main one, which blocks. <b>Failure:</b> ends the process.
 */
public final class RoutingLoad {

    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long LOOK_MILLIS = 100;
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
        return push(asked);
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

    private ObjectNode push(JsonNode asked) throws InterruptedException, ExecutionException, TimeoutException {
        String manager = asked.path("push").asText();
        int colon = manager.lastIndexOf(':');
        ProcessCpu process = processes.computeIfAbsent(asked.path("pid").asLong(), ProcessCpu::new);
        StreamDriver driver = new StreamDriver(
                vertx,
                SocketAddress.inetSocketAddress(
                        Integer.parseInt(manager.substring(colon + 1)), manager.substring(0, colon)),
                asked.path("rooms").asInt(),
                asked.path("rate").asDouble());
        long receivedBefore = fleet.received();
        long straysBefore = fleet.strays();
        double rest = asked.path("rest").asDouble();
        double warm = asked.path("warm").asDouble();
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode loads = answer.putArray("loads");
        ArrayNode rests = answer.putArray("rests");
        NodeFleet.await(driver.open());
        for (int time = 0; time < Math.max(1, asked.path("times").asInt()); time++) {
            if (rest > 0) {
                sleep(warm);
                rests.add(used(process, driver, rest));
            }
            NodeFleet.await(driver.go());
            sleep(warm);
            loads.add(used(process, driver, asked.path("secs").asDouble()));
            NodeFleet.await(driver.pause());
        }
        if (rest > 0) {
            sleep(warm);
            rests.add(used(process, driver, rest));
        }
        NodeFleet.await(driver.end());
        settle(driver, receivedBefore);
        answer.put("sent", driver.sent())
                .put("accepted", driver.accepted())
                .put("failed", driver.failed())
                .put("received", fleet.received() - receivedBefore)
                .put("strays", fleet.strays() - straysBefore);
        NodeFleet.await(driver.close());
        return answer;
    }

    /** What the process uses from now on, and how many pushes are answered meanwhile. */
    private static ObjectNode used(ProcessCpu process, StreamDriver driver, double seconds)
            throws InterruptedException {
        ProcessCpu.Used before = process.used();
        long acceptedBefore = driver.accepted();
        long began = System.nanoTime();
        sleep(seconds);
        ProcessCpu.Used cpu = process.used().since(before);
        long accepted = driver.accepted() - acceptedBefore;
        return JSON.createObjectNode()
                .put("cpu_us", cpu.nanos() / 1e3)
                .put("compilers_us", cpu.compilerNanos() / 1e3)
                .put("collector_us", cpu.collectorNanos() / 1e3)
                .put("window_s", (System.nanoTime() - began) / (double) TimeUnit.SECONDS.toNanos(1))
                .put("answered", accepted);
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

    private static void sleep(double seconds) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(Math.round(1_000 * seconds));
    }
}
