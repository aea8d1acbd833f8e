package io.pushmanager.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /<i>/stats} for each node, {@code GET /stats} for all of them, {@code GET /manager/stats} for the manager.
 * The nodes share a process, so each is given its equal part of the CPU. Nodes are read after the manager: what it has seen
 * acknowledged, they have counted.
 */
final class StatsServer {

    /** The driver asks for all at once. */
    private static final long AFTER_THE_MANAGER_MILLIS = 20;

    private final Vertx vertx;
    private final List<CountingSink> sinks;
    private final @Nullable ManagerStats manager;
    private final ProcessCpu cpu = new ProcessCpu(ProcessHandle.current().pid());
    private volatile Future<?> reading = Future.succeededFuture();

    StatsServer(Vertx vertx, List<CountingSink> sinks, @Nullable ManagerStats manager) {
        this.vertx = vertx;
        this.sinks = sinks;
        this.manager = manager;
    }

    Future<HttpServer> listen(int port) {
        return vertx.createHttpServer().requestHandler(this::answer).listen(port, "127.0.0.1");
    }

    private void answer(HttpServerRequest request) {
        String path = request.path();
        Future<ObjectNode> json;
        if (path.equals("/stats")) {
            json = Future.succeededFuture(all());
        } else if (path.equals("/manager/stats") && manager != null) {
            Future<Snapshot> read = manager.read();
            reading = read;
            json = read.map(Snapshot::toJson);
        } else if (path.matches("/[0-9]{1,4}/stats")) {
            int index = Integer.parseInt(path.substring(1, path.indexOf('/', 1)));
            json = vertx.timer(AFTER_THE_MANAGER_MILLIS, TimeUnit.MILLISECONDS)
                    .compose(later -> reading)
                    .compose(read -> node(index));
        } else {
            json = Future.failedFuture("no such page: " + path);
        }
        json.onSuccess(object -> request.response()
                        .putHeader("content-type", "application/json")
                        .end(object.toString()))
                .onFailure(why -> request.response().setStatusCode(404).end(why.getMessage() + "\n"));
    }

    private Future<ObjectNode> node(int index) {
        if (index < sinks.size()) {
            CountingSink sink = sinks.get(index);
            ObjectNode json = snapshot(sink.received(), sinks.size()).toJson();
            sink.receipt().writeTo(json.putObject("receipt"));
            return Future.succeededFuture(json);
        }
        // Without nodes the driver still asks for one: it gets what the manager took, as if it had gone somewhere.
        return sinks.isEmpty() && index == 0 && manager != null
                ? manager.read().map(taken -> snapshot(taken.received(), 1).toJson())
                : Future.failedFuture("there are " + sinks.size() + " nodes, from 0 on");
    }

    private ObjectNode all() {
        long received = sinks.stream().mapToLong(CountingSink::received).sum();
        ObjectNode json = snapshot(received, 1).toJson();
        var nodes = json.putArray("nodes");
        sinks.forEach(sink -> nodes.add(sink.received()));
        return json;
    }

    private Snapshot snapshot(long received, int shares) {
        ProcessCpu.Sample used = cpu.sample();
        ProcessCpu.Sample share = new ProcessCpu.Sample(
                used.cpuMicros() / shares, used.userMicros() / shares, used.systemMicros() / shares, used.maxRssKb());
        return new Snapshot("node", share, received, 0, 0, 0, 0);
    }
}
