package io.pushmanager.ledger;

import org.jspecify.annotations.Nullable;

/** Where a push goes: both null is everyone, both set is that user's connections in that room. */
public record PushTarget(@Nullable String room, @Nullable String user) {

    @Override
    public String toString() {
        if (room == null) {
            return user == null ? "everyone" : "user " + user;
        }
        return user == null ? "room " + room : "user " + user + " in room " + room;
    }
}
