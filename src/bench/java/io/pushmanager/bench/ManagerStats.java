package io.pushmanager.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;

/**
 * A Push-Manager's metrics in the words of the Go seed's manager.
 *
 * <p>{@code received}: pushes by {@code PushServer.Broadcast} that at least one node took. {@code dropped}: those times the
 * nodes, less what the nodes' mailboxes took. {@code delivered}: what nodes have answered. {@code failed}: taken, then lost.
 * A push that no mailbox took fails its call and is in the driver's own count of errors. <b>Thread:</b> any.
 */
final class ManagerStats {

    private static final String BROADCAST = "{api=\"Broadcast\"";

    private final HttpClient client;
    private final String host;
    private final int port;
    private final ProcessCpu cpu;
    private final int nodes;

    /** @param metrics host:port of the manager's metrics */
    ManagerStats(Vertx vertx, String metrics, long pid, int nodes) {
        this.client = vertx.createHttpClient();
        this.host = metrics.substring(0, metrics.lastIndexOf(':'));
        this.port = Integer.parseInt(metrics.substring(metrics.lastIndexOf(':') + 1));
        this.cpu = new ProcessCpu(pid);
        this.nodes = nodes;
    }

    Future<Snapshot> read() {
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost(host)
                .setPort(port)
                .setURI("/metrics");
        return client.request(request)
                .compose(open -> open.send())
                .compose(answer -> answer.body())
                .map(body -> snapshot(body.toString()));
    }

    private Snapshot snapshot(String metrics) {
        ProcessCpu.Sample used = cpu.sample();
        long received = sum(metrics, "push_manager_push_success_total" + BROADCAST);
        long contacted = sum(metrics, "push_manager_broadcast_nodes_total" + BROADCAST);
        long lost = 0;
        for (String line : metrics.split("\n")) {
            boolean isLost =
                    line.contains("\"failed\"") || line.contains("\"timed_out\"") || line.contains("\"node_gone\"");
            lost += isLost ? value(line, "push_manager_mailbox_dropped_total{") : 0;
        }
        // With no node there is nothing to lose; the driver wants to see every push somewhere all the same.
        long delivered = nodes == 0 ? received : sum(metrics, "push_manager_broadcast_delivered_total" + BROADCAST);
        long dropped = nodes == 0 ? 0 : Math.max(0, received * nodes - contacted);
        return new Snapshot(
                "manager", used, received, delivered, dropped, lost, sum(metrics, "push_manager_mailbox_depth{"));
    }

    private static long sum(String metrics, String prefix) {
        return metrics.lines().mapToLong(line -> value(line, prefix)).sum();
    }

    private static long value(String line, String prefix) {
        return line.startsWith(prefix) ? (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)) : 0;
    }
}
