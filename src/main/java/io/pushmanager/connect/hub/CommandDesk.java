package io.pushmanager.connect.hub;

import io.netty.buffer.ByteBuf;
import io.pushmanager.connect.socket.ClientCommand;
import io.pushmanager.connect.socket.ClientCommand.Kind;
import io.pushmanager.connect.socket.ClientSocket;
import io.pushmanager.connect.socket.CommandParser;
import io.pushmanager.connect.socket.ServerFrames;
import io.pushmanager.core.rooms.Member;
import io.pushmanager.core.rooms.RoomTable;
import io.pushmanager.core.session.ClientIds;
import io.pushmanager.core.session.CloseCode;
import io.pushmanager.core.session.CommandError;
import io.pushmanager.core.time.Clocks;
import org.jspecify.annotations.Nullable;

/** Carries out what clients ask for: join, leave, ping. <b>Thread:</b> the event loop of its table. */
final class CommandDesk {

    static final int MAX_MALFORMED_IN_ROW = 10;

    private static final String BAD_ROOM = "room_id must be 1 to 256 bytes of UTF-8 without control characters";

    private final RoomTable<ClientSocket> table;
    private final LoopInterest interest;
    private final HubSettings settings;
    private final Clocks clocks;

    CommandDesk(RoomTable<ClientSocket> table, LoopInterest interest, HubSettings settings, Clocks clocks) {
        this.table = table;
        this.interest = interest;
        this.settings = settings;
        this.clocks = clocks;
    }

    void handle(ClientSocket socket, Member<ClientSocket> member, ByteBuf text, long nowNanos) {
        if (!socket.session().takeCommand(nowNanos, settings.commandsPerSecond())) {
            socket.send(ServerFrames.error(
                    null,
                    CommandError.RATE_LIMITED,
                    "more than " + settings.commandsPerSecond() + " commands in a second"));
            socket.close(CloseCode.POLICY, "too many commands");
            return;
        }
        ClientCommand command = CommandParser.parse(text);
        if (command.kind() == Kind.MALFORMED || command.kind() == Kind.UNKNOWN) {
            refuse(socket, command);
            return;
        }
        socket.session().wellFormed();
        switch (command.kind()) {
            case JOIN -> join(socket, member, command);
            case LEAVE -> leave(socket, member, command);
            default -> socket.send(ServerFrames.pong(command.idJson()));
        }
    }

    /** @return null when the member is in the room now, or why it is not */
    @Nullable
    CommandError join(Member<ClientSocket> member, String roomId) {
        if (!ClientIds.isValid(roomId)) {
            return CommandError.INVALID_ROOM;
        }
        if (member.roomCount() >= settings.roomsPerSocket() && !member.isIn(roomId)) {
            return CommandError.TOO_MANY_ROOMS;
        }
        table.join(member, roomId, clocks.currentTimeMillis());
        return null;
    }

    void tellRefused(ClientSocket socket, @Nullable String idJson, CommandError error) {
        String message = error == CommandError.TOO_MANY_ROOMS
                ? "a socket may be in " + settings.roomsPerSocket() + " rooms"
                : BAD_ROOM;
        socket.send(ServerFrames.error(idJson, error, message));
    }

    private void join(ClientSocket socket, Member<ClientSocket> member, ClientCommand command) {
        CommandError error = join(member, command.roomId());
        if (error == null) {
            interest.joined(socket, member, command.roomId(), command.idJson());
        } else {
            tellRefused(socket, command.idJson(), error);
        }
    }

    private void leave(ClientSocket socket, Member<ClientSocket> member, ClientCommand command) {
        if (!ClientIds.isValid(command.roomId())) {
            tellRefused(socket, command.idJson(), CommandError.INVALID_ROOM);
            return;
        }
        leave(socket, member, command.roomId(), command.idJson());
    }

    /** The client has not asked for it, and hears of it if it is done. @return as {@link #join} */
    @Nullable
    CommandError joinUnasked(Member<ClientSocket> member, String roomId) {
        CommandError error = join(member, roomId);
        if (error == null) {
            interest.joined(member.connection(), member, roomId, null);
        }
        return error;
    }

    void leaveUnasked(Member<ClientSocket> member, String roomId) {
        leave(member.connection(), member, roomId, null);
    }

    private void leave(ClientSocket socket, Member<ClientSocket> member, String roomId, @Nullable String idJson) {
        interest.leaving(member, roomId);
        table.leave(member, roomId);
        socket.send(ServerFrames.left(idJson, roomId));
    }

    private static void refuse(ClientSocket socket, ClientCommand command) {
        boolean malformed = command.kind() == Kind.MALFORMED;
        socket.send(ServerFrames.error(
                command.idJson(),
                malformed ? CommandError.MALFORMED : CommandError.UNKNOWN_COMMAND,
                malformed ? "expected one JSON object with a type" : "type must be join, leave or ping"));
        if (!socket.session().takeMalformed(MAX_MALFORMED_IN_ROW)) {
            socket.close(CloseCode.POLICY, "too many malformed commands");
        }
    }
}
