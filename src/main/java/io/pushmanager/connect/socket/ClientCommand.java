package io.pushmanager.connect.socket;

import org.jspecify.annotations.Nullable;

/**
 * What a client asked for.
 *
 * @param idJson the client's {@code id} as JSON text, to be said back; null when it gave none
 * @param roomId empty when it is missing or no string
 */
public record ClientCommand(Kind kind, @Nullable String idJson, String roomId) {

    public enum Kind {
        JOIN,
        LEAVE,
        PING,
        /** A JSON object whose {@code type} is none of ours. */
        UNKNOWN,
        /** No JSON object, or one without a type. */
        MALFORMED
    }

    static final ClientCommand MALFORMED = new ClientCommand(Kind.MALFORMED, null, "");
}
