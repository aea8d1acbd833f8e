package io.pushmanager.publisher;

import io.pushmanager.core.message.Content;

/**
 * One push among several.
 *
 * @param target the JSON field that names it
 * @param id of the room or user; empty for everyone
 */
public record Push(Target target, String id, Content content, PushOptions options) {

    /** Whom a push is for. */
    public enum Target {
        ROOM("room_id"),
        USER("user_id"),
        EVERYONE("broadcast");

        private final String field;

        Target(String field) {
            this.field = field;
        }

        String field() {
            return field;
        }
    }

    /** To every connection in the room. */
    public static Push toRoom(String roomId, Content content) {
        return new Push(Target.ROOM, roomId, content, PushOptions.defaults());
    }

    /** To every connection of the user. */
    public static Push toUser(String userId, Content content) {
        return new Push(Target.USER, userId, content, PushOptions.defaults());
    }

    /** To every connection there is. */
    public static Push toEveryone(Content content) {
        return new Push(Target.EVERYONE, "", content, PushOptions.defaults());
    }

    public Push with(PushOptions newOptions) {
        return new Push(target, id, content, newOptions);
    }
}
