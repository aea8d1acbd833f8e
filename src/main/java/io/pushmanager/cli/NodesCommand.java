package io.pushmanager.cli;

import io.pushmanager.core.text.Printable;
import io.pushmanager.proto.pubsub.ListNodesReply;
import io.pushmanager.proto.pubsub.ListNodesRequest;
import io.pushmanager.proto.pubsub.NodeView;
import io.pushmanager.proto.pubsub.PushManagerServiceGrpcClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "nodes", description = "List the Connect-Nodes that a Push-Manager sees.")
final class NodesCommand implements Callable<Integer> {

    private final CliIo io;

    @Mixin
    private ManagerOptions manager = new ManagerOptions();

    NodesCommand(CliIo io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        try (ManagerClient client = new ManagerClient(manager.address())) {
            ListNodesReply reply =
                    client.call(PushManagerServiceGrpcClient.ListNodes, ListNodesRequest.getDefaultInstance());
            if (manager.isJson()) {
                io.out().println(Printable.escape(toJson(reply).encode()));
            } else {
                printTable(reply);
            }
        }
        return ExitCode.OK;
    }

    private void printTable(ListNodesReply reply) {
        if (reply.getNodesCount() == 0) {
            io.err().println(Printable.escape(reply.getManagerId()) + " knows no Connect-Node");
        } else {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("NODE", "ADDRESS", "STATE", "CONNECTED", "WAITING", "IN FLIGHT", "VERSION", "PUBLIC URL"));
            for (NodeView node : reply.getNodesList()) {
                rows.add(List.of(
                        Printable.escape(node.getNodeId()),
                        Printable.escape(node.getAddress()),
                        state(node).toLowerCase(Locale.ROOT),
                        node.getConnected() ? "yes" : "no",
                        Integer.toUnsignedString(node.getMailboxDepth()),
                        Integer.toUnsignedString(node.getInFlight()),
                        Printable.escape(node.getVersion()),
                        Printable.escape(node.getPublicUrl())));
            }
            Table.print(rows, io.out());
        }
        if (reply.getMembershipStale()) {
            io.err().println("Warning: the list may be out of date");
        }
    }

    private static JsonObject toJson(ListNodesReply reply) {
        JsonArray nodes = new JsonArray();
        for (NodeView node : reply.getNodesList()) {
            nodes.add(new JsonObject()
                    .put("node_id", node.getNodeId())
                    .put("address", node.getAddress())
                    .put("instance_id", node.getInstanceId())
                    .put("state", node.getState().name())
                    .put("public_url", node.getPublicUrl())
                    .put("version", node.getVersion())
                    .put("capabilities", new JsonArray(List.copyOf(node.getCapabilitiesList())))
                    .put("connected", node.getConnected())
                    .put("mailbox_depth", Integer.toUnsignedLong(node.getMailboxDepth()))
                    .put("in_flight", Integer.toUnsignedLong(node.getInFlight())));
        }
        return new JsonObject()
                .put("manager_id", reply.getManagerId())
                .put("membership_stale", reply.getMembershipStale())
                .put("nodes", nodes);
    }

    private static String state(NodeView node) {
        return node.getState().name().replace("NODE_STATE_", "");
    }
}
