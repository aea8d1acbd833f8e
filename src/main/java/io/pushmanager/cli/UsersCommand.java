package io.pushmanager.cli;

import io.pushmanager.core.text.Printable;
import io.pushmanager.proto.pubsub.ControllerServiceGrpcClient;
import io.pushmanager.proto.pubsub.GetUserNodeReply;
import io.pushmanager.proto.pubsub.GetUserNodeRequest;
import io.pushmanager.proto.pubsub.ListUsersReply;
import io.pushmanager.proto.pubsub.ListUsersRequest;
import io.pushmanager.proto.pubsub.UserNode;
import io.pushmanager.proto.pubsub.UserRoom;
import io.pushmanager.proto.pubsub.UserSummary;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "users", description = "List the users who are online, or where one is.")
final class UsersCommand implements Callable<Integer> {

    private final CliIo io;

    @Mixin
    private ControllerOptions controller = new ControllerOptions();

    @Mixin
    private PageOptions page = new PageOptions();

    @Parameters(arity = "0..1", paramLabel = "USER", description = "A user's id.")
    private @Nullable String user;

    UsersCommand(CliIo io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        try (ManagerClient client = controller.connect()) {
            if (user == null) {
                list(client);
            } else {
                show(client, user);
            }
        }
        return ExitCode.OK;
    }

    private void list(ManagerClient client) {
        List<UserSummary> users = new ArrayList<>();
        long[] total = new long[1];
        page.read((size, token) -> {
            ListUsersReply reply = client.call(
                    ControllerServiceGrpcClient.ListUsers,
                    ListUsersRequest.newBuilder()
                            .setPageSize(size)
                            .setPageToken(token)
                            .build());
            users.addAll(reply.getUsersList());
            total[0] = reply.getTotal();
            return new PageOptions.Read(reply.getUsersCount(), reply.getNextPageToken());
        });
        if (controller.isJson()) {
            JsonArray all = new JsonArray();
            users.forEach(found -> all.add(new JsonObject()
                    .put("user_id", found.getUserId())
                    .put("user_name", found.getUserName())
                    .put("node_id", found.getNodeId())
                    .put("online_since", found.getOnlineSince())
                    .put("room_count", Integer.toUnsignedLong(found.getRoomCount()))));
            io.out()
                    .println(Printable.escape(new JsonObject()
                            .put("total", total[0])
                            .put("users", all)
                            .encode()));
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("USER", "NAME", "NODE", "ONLINE SINCE", "ROOMS"));
        for (UserSummary found : users) {
            rows.add(List.of(
                    Printable.escape(found.getUserId()),
                    Printable.escape(found.getUserName()),
                    Printable.escape(found.getNodeId()),
                    PageOptions.time(found.getOnlineSince()),
                    Integer.toUnsignedString(found.getRoomCount())));
        }
        page.print(io, rows, users.size(), total[0], "user");
    }

    private void show(ManagerClient client, String id) {
        GetUserNodeReply reply = client.call(
                ControllerServiceGrpcClient.GetUserNode,
                GetUserNodeRequest.newBuilder().setUserId(id).build());
        if (controller.isJson()) {
            io.out().println(Printable.escape(toJson(reply).encode()));
        } else if (!reply.getOnline()) {
            io.err().println(Printable.escape(id) + " is not online");
        } else {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("NODE", "ADDRESS", "NAME", "ONLINE SINCE", "ROOMS"));
            for (UserNode node : reply.getNodesList()) {
                rows.add(List.of(
                        Printable.escape(node.getNodeId()),
                        Printable.escape(node.getAddress()),
                        Printable.escape(node.getUserName()),
                        PageOptions.time(node.getOnlineSince()),
                        node.getRoomsList().stream()
                                .map(room -> Printable.escape(room.getRoomId()))
                                .collect(Collectors.joining(" "))));
            }
            Table.print(rows, io.out());
        }
    }

    private static JsonObject toJson(GetUserNodeReply reply) {
        JsonArray nodes = new JsonArray();
        for (UserNode node : reply.getNodesList()) {
            JsonArray rooms = new JsonArray();
            for (UserRoom room : node.getRoomsList()) {
                rooms.add(new JsonObject().put("room_id", room.getRoomId()).put("joined_at", room.getJoinedAt()));
            }
            nodes.add(new JsonObject()
                    .put("node_id", node.getNodeId())
                    .put("address", node.getAddress())
                    .put("instance_id", node.getInstanceId())
                    .put("user_name", node.getUserName())
                    .put("online_since", node.getOnlineSince())
                    .put("rooms", rooms));
        }
        return new JsonObject()
                .put("user_id", reply.getUserId())
                .put("online", reply.getOnline())
                .put("node_id", reply.getNodeId())
                .put("address", reply.getAddress())
                .put("nodes", nodes);
    }
}
