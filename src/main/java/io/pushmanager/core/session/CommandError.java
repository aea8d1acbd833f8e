package io.pushmanager.core.session;

/** The {@code code} of an error frame. */
public enum CommandError {
    MALFORMED,
    UNKNOWN_COMMAND,
    INVALID_ROOM,
    TOO_MANY_ROOMS,
    RATE_LIMITED,
    UNAVAILABLE
}
