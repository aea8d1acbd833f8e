package io.pushmanager.cli;

import io.pushmanager.config.HostPort;
import io.pushmanager.core.text.Printable;
import io.pushmanager.proto.pubsub.ControllerServiceGrpcClient;
import io.pushmanager.proto.pubsub.GetRoomStatsRequest;
import io.pushmanager.proto.pubsub.ListNodesReply;
import io.pushmanager.proto.pubsub.ListNodesRequest;
import io.pushmanager.proto.pubsub.NodeLoad;
import io.pushmanager.proto.pubsub.NodeStats;
import io.pushmanager.proto.pubsub.NodeView;
import io.pushmanager.proto.pubsub.PushManagerServiceGrpcClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "nodes", description = "List the Connect-Nodes that a Push-Manager sees.")
final class NodesCommand implements Callable<Integer> {

    private final CliIo io;

    @Mixin
    private ManagerOptions manager = new ManagerOptions();

    @Option(
            names = "--controller",
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:50051",
            description = "The Controller-Manager that knows the load (default: ${DEFAULT-VALUE}).")
    private String controller = "localhost:50051";

    NodesCommand(CliIo io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        try (ManagerClient client = new ManagerClient(manager.address())) {
            ListNodesReply reply =
                    client.call(PushManagerServiceGrpcClient.ListNodes, ListNodesRequest.getDefaultInstance());
            Map<String, NodeStats> load = load();
            if (manager.isJson()) {
                io.out().println(Printable.escape(toJson(reply, load).encode()));
            } else {
                printTable(reply, load);
            }
        }
        return ExitCode.OK;
    }

    /** By address and instance. Empty when there is no Controller to ask: the list of nodes is the managers' matter. */
    private Map<String, NodeStats> load() {
        HostPort address = HostPort.parse(controller)
                .filter(parsed -> parsed.port() > 0)
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.USAGE,
                        "Invalid value for option '--controller': '" + Printable.escape(controller)
                                + "' (allowed: host:port)"));
        Map<String, NodeStats> byNode = new HashMap<>();
        try (ManagerClient client = ManagerClient.toController(address)) {
            client.call(ControllerServiceGrpcClient.GetRoomStats, GetRoomStatsRequest.getDefaultInstance())
                    .getNodesList()
                    .forEach(node -> byNode.put(node.getAddress() + node.getInstanceId(), node));
        } catch (CommandFailure e) {
            io.err().println("Load is not known: " + e.text());
        }
        return byNode;
    }

    private static NodeLoad loadOf(NodeView node, Map<String, NodeStats> load) {
        NodeStats known = load.get(node.getAddress() + node.getInstanceId());
        return known == null ? NodeLoad.getDefaultInstance() : known.getLoad();
    }

    private static boolean isKnown(NodeView node, Map<String, NodeStats> load) {
        return load.containsKey(node.getAddress() + node.getInstanceId());
    }

    private static String count(boolean isKnown, int unsigned) {
        return isKnown ? Integer.toUnsignedString(unsigned) : "-";
    }

    private void printTable(ListNodesReply reply, Map<String, NodeStats> load) {
        if (reply.getNodesCount() == 0) {
            io.err().println(Printable.escape(reply.getManagerId()) + " knows no Connect-Node");
        } else {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of(
                    "NODE",
                    "ADDRESS",
                    "STATE",
                    "CONNECTED",
                    "WAITING",
                    "IN FLIGHT",
                    "CONNECTIONS",
                    "USERS",
                    "ROOMS",
                    "VERSION",
                    "PUBLIC URL"));
            for (NodeView node : reply.getNodesList()) {
                NodeLoad has = loadOf(node, load);
                boolean isKnown = isKnown(node, load);
                rows.add(List.of(
                        Printable.escape(node.getNodeId()),
                        Printable.escape(node.getAddress()),
                        state(node).toLowerCase(Locale.ROOT),
                        node.getConnected() ? "yes" : "no",
                        Integer.toUnsignedString(node.getMailboxDepth()),
                        Integer.toUnsignedString(node.getInFlight()),
                        count(isKnown, has.getConnections()),
                        count(isKnown, has.getUsers()),
                        count(isKnown, has.getRooms()),
                        Printable.escape(node.getVersion()),
                        Printable.escape(node.getPublicUrl())));
            }
            Table.print(rows, io.out());
        }
        if (reply.getMembershipStale()) {
            io.err().println("Warning: the list may be out of date");
        }
        reply.getNoticesList().forEach(notice -> io.err().println("Warning: " + Printable.escape(notice)));
    }

    private static JsonObject toJson(ListNodesReply reply, Map<String, NodeStats> load) {
        JsonArray nodes = new JsonArray();
        for (NodeView node : reply.getNodesList()) {
            JsonObject json = new JsonObject()
                    .put("node_id", node.getNodeId())
                    .put("address", node.getAddress())
                    .put("instance_id", node.getInstanceId())
                    .put("state", node.getState().name())
                    .put("public_url", node.getPublicUrl())
                    .put("version", node.getVersion())
                    .put("capabilities", new JsonArray(List.copyOf(node.getCapabilitiesList())))
                    .put("connected", node.getConnected())
                    .put("mailbox_depth", Integer.toUnsignedLong(node.getMailboxDepth()))
                    .put("in_flight", Integer.toUnsignedLong(node.getInFlight()));
            if (isKnown(node, load)) {
                NodeLoad has = loadOf(node, load);
                json.put("connections", Integer.toUnsignedLong(has.getConnections()))
                        .put("users", Integer.toUnsignedLong(has.getUsers()))
                        .put("rooms", Integer.toUnsignedLong(has.getRooms()))
                        .put("max_connections", Integer.toUnsignedLong(has.getMaxConnections()));
            }
            nodes.add(json);
        }
        return new JsonObject()
                .put("manager_id", reply.getManagerId())
                .put("membership_stale", reply.getMembershipStale())
                .put("notices", new JsonArray(List.copyOf(reply.getNoticesList())))
                .put("nodes", nodes);
    }

    private static String state(NodeView node) {
        return node.getState().name().replace("NODE_STATE_", "");
    }
}
