package io.pushmanager.cli;

import io.pushmanager.core.text.Printable;
import io.pushmanager.proto.pubsub.ControllerServiceGrpcClient;
import io.pushmanager.proto.pubsub.GetRoomInfoReply;
import io.pushmanager.proto.pubsub.GetRoomInfoRequest;
import io.pushmanager.proto.pubsub.ListRoomsReply;
import io.pushmanager.proto.pubsub.ListRoomsRequest;
import io.pushmanager.proto.pubsub.RoomSummary;
import io.pushmanager.proto.pubsub.RoomUser;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "rooms", description = "List the rooms, or the users of one.")
final class RoomsCommand implements Callable<Integer> {

    private final CliIo io;

    @Mixin
    private ControllerOptions controller = new ControllerOptions();

    @Mixin
    private PageOptions page = new PageOptions();

    @Parameters(arity = "0..1", paramLabel = "ROOM", description = "A room's id.")
    private @Nullable String room;

    RoomsCommand(CliIo io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        try (ManagerClient client = controller.connect()) {
            if (room == null) {
                list(client);
            } else {
                show(client, room);
            }
        }
        return ExitCode.OK;
    }

    private void list(ManagerClient client) {
        List<RoomSummary> rooms = new ArrayList<>();
        long[] total = new long[1];
        page.read((size, token) -> {
            ListRoomsReply reply = client.call(
                    ControllerServiceGrpcClient.ListRooms,
                    ListRoomsRequest.newBuilder()
                            .setPageSize(size)
                            .setPageToken(token)
                            .build());
            rooms.addAll(reply.getRoomsList());
            total[0] = reply.getTotal();
            return new PageOptions.Read(reply.getRoomsCount(), reply.getNextPageToken());
        });
        if (controller.isJson()) {
            JsonArray all = new JsonArray();
            rooms.forEach(found -> all.add(
                    new JsonObject().put("room_id", found.getRoomId()).put("user_count", found.getUserCount())));
            io.out()
                    .println(Printable.escape(new JsonObject()
                            .put("total", total[0])
                            .put("rooms", all)
                            .encode()));
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("ROOM", "USERS"));
        rooms.forEach(found ->
                rows.add(List.of(Printable.escape(found.getRoomId()), Long.toUnsignedString(found.getUserCount()))));
        page.print(io, rows, rooms.size(), total[0], "room");
    }

    private void show(ManagerClient client, String id) {
        List<RoomUser> users = new ArrayList<>();
        long[] total = new long[1];
        page.read((size, token) -> {
            GetRoomInfoReply reply = client.call(
                    ControllerServiceGrpcClient.GetRoomInfo,
                    GetRoomInfoRequest.newBuilder()
                            .setRoomId(id)
                            .setPageSize(size)
                            .setPageToken(token)
                            .build());
            users.addAll(reply.getUsersList());
            total[0] = reply.getUserCount();
            return new PageOptions.Read(reply.getUsersCount(), reply.getNextPageToken());
        });
        if (controller.isJson()) {
            JsonArray all = new JsonArray();
            users.forEach(user -> all.add(toJson(user)));
            io.out()
                    .println(Printable.escape(new JsonObject()
                            .put("room_id", id)
                            .put("user_count", total[0])
                            .put("users", all)
                            .encode()));
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("USER", "NAME", "NODE", "JOINED", "METADATA"));
        for (RoomUser user : users) {
            rows.add(List.of(
                    Printable.escape(user.getUserId()),
                    Printable.escape(user.getUserName()),
                    Printable.escape(user.getNodeId()),
                    PageOptions.time(user.getJoinedAt()),
                    metadata(user.getMetadataMap())));
        }
        page.print(io, rows, users.size(), total[0], "user");
    }

    private static JsonObject toJson(RoomUser user) {
        JsonObject metadata = new JsonObject();
        user.getMetadataMap().forEach(metadata::put);
        return new JsonObject()
                .put("user_id", user.getUserId())
                .put("user_name", user.getUserName())
                .put("node_id", user.getNodeId())
                .put("joined_at", user.getJoinedAt())
                .put("metadata", metadata);
    }

    private static String metadata(Map<String, String> metadata) {
        StringBuilder text = new StringBuilder();
        metadata.forEach(
                (key, value) -> text.append(text.isEmpty() ? "" : " ").append(Printable.escape(key + "=" + value)));
        return text.toString();
    }
}
