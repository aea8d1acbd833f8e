package io.pushmanager.connect.hub;

import io.pushmanager.connect.socket.ClientSocket;
import io.pushmanager.connect.socket.ServerFrames;
import io.pushmanager.core.rooms.Member;
import org.jspecify.annotations.Nullable;

/** What a client is told once every manager knows of the rooms or the user that it is about. <b>Thread:</b> the socket's event loop. */
abstract class HeldAnswer {

    /** When the first of them was asked about. */
    long sinceNanos;

    int waitsFor;

    /** Says it, if the client is still there. */
    abstract void say();

    boolean isOf(Member<ClientSocket> member) {
        return false;
    }

    /** {@code joined}, the answer to a command. */
    static final class Joined extends HeldAnswer {

        private final ClientSocket socket;
        private final Member<ClientSocket> member;
        private final String roomId;
        private final @Nullable String idJson;

        Joined(ClientSocket socket, Member<ClientSocket> member, String roomId, @Nullable String idJson) {
            this.socket = socket;
            this.member = member;
            this.roomId = roomId;
            this.idJson = idJson;
        }

        @Override
        void say() {
            if (socket.isOpen()) {
                socket.send(ServerFrames.joined(idJson, roomId));
            }
        }

        @Override
        boolean isOf(Member<ClientSocket> someone) {
            return someone == member;
        }
    }

    /** {@code welcome}, behind which the socket holds everything else. */
    static final class Welcome extends HeldAnswer {

        private final ClientSocket socket;

        Welcome(ClientSocket socket) {
            this.socket = socket;
        }

        @Override
        void say() {
            socket.uncork();
        }
    }
}
