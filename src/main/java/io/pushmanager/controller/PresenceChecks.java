package io.pushmanager.controller;

import io.pushmanager.core.message.Limits;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.proto.pubsub.PresenceUpdate;
import io.pushmanager.proto.pubsub.UserPresence;
import io.pushmanager.proto.pubsub.UserRoom;
import io.pushmanager.wire.Violations;
import io.pushmanager.wire.grpc.PushErrorException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** What is wrong with a request to the Controller: every field of it, at once. */
final class PresenceChecks {

    static final int MAX_METADATA_BYTES = 4_096;
    private static final int MAX_TEXT_BYTES = 2_048;
    private static final int MAX_CAPABILITIES = 64;
    private static final int DEFAULT_PAGE = 100;
    private static final int MAX_PAGE = 1_000;
    private static final int MAX_LOCATED = 1_000;

    private final Violations violations = new Violations();

    PresenceChecks requireId(String field, String id) {
        violations.requireId(field, id);
        return this;
    }

    PresenceChecks optionalId(String field, String id) {
        violations.checkOptionalId(field, id);
        return this;
    }

    PresenceChecks metadata(String field, Map<String, String> metadata) {
        if (metadata.size() > Limits.MAX_METADATA_ENTRIES) {
            violations.add(field, "is over the limit of " + Limits.MAX_METADATA_ENTRIES + " entries");
        } else if (!metadata.isEmpty()) {
            int bytes = 0;
            for (Map.Entry<String, String> entry : metadata.entrySet()) {
                bytes += bytesOf(entry.getKey()) + bytesOf(entry.getValue());
            }
            if (bytes > MAX_METADATA_BYTES) {
                violations.add(field, "is over the limit of " + MAX_METADATA_BYTES + " bytes");
            }
        }
        return this;
    }

    /** An address, a URL, a version: empty or anything on one line. */
    PresenceChecks text(String field, String text) {
        if (bytesOf(text) > MAX_TEXT_BYTES) {
            violations.add(field, "is over the limit of " + MAX_TEXT_BYTES + " bytes of UTF-8");
        } else if (text.chars().anyMatch(Character::isISOControl)) {
            violations.add(field, "must not contain control characters");
        }
        return this;
    }

    PresenceChecks capabilities(List<String> capabilities) {
        if (capabilities.size() > MAX_CAPABILITIES) {
            violations.add("capabilities", "is over the limit of " + MAX_CAPABILITIES + " entries");
            return this;
        }
        for (int i = 0; i < capabilities.size(); i++) {
            violations.requireId("capabilities[" + i + "]", capabilities.get(i));
        }
        return this;
    }

    PresenceChecks excluded(List<String> nodeIds) {
        violations.distinctIds("exclude_node_ids", nodeIds, Limits.MAX_EXCLUDED_USERS);
        return this;
    }

    /** Many are asked for at once: of those that are wrong only some are named. */
    PresenceChecks locate(List<String> rooms, List<String> users) {
        if (rooms.size() + users.size() > MAX_LOCATED) {
            violations.add("room_ids", "together with user_ids is over the limit of " + MAX_LOCATED + " entries");
            return this;
        }
        rooms.forEach(room -> violations.requireId("room_ids", room));
        users.forEach(user -> violations.requireId("user_ids", user));
        return this;
    }

    PresenceChecks update(PresenceUpdate update) {
        for (int i = 0; i < update.getUsersCount(); i++) {
            UserPresence user = update.getUsers(i);
            String field = "update.users[" + i + "]";
            violations.requireId(field + ".user_id", user.getUserId());
            violations.checkOptionalId(field + ".user_name", user.getUserName());
            metadata(field + ".metadata", user.getMetadataMap());
            for (UserRoom room : user.getRoomsList()) {
                violations.requireId(field + ".rooms.room_id", room.getRoomId());
                metadata(field + ".rooms.metadata", room.getMetadataMap());
            }
        }
        for (String user : update.getOfflineUserIdsList()) {
            violations.requireId("update.offline_user_ids", user);
        }
        return this;
    }

    /** How many a page has; the size is a wish. */
    int pageSize(int asked) {
        if (asked < 0) {
            violations.add("page_size", "must not be negative");
        }
        return asked <= 0 ? DEFAULT_PAGE : Math.min(asked, MAX_PAGE);
    }

    /** The key after which the page begins. */
    String after(String token) {
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            violations.add("page_token", "is not one that this service gave");
            return "";
        }
    }

    static String token(String after) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(after.getBytes(StandardCharsets.UTF_8));
    }

    void reject(String field, String description) {
        violations.add(field, description);
    }

    void pass() throws PushErrorException {
        PushError error = violations.toError();
        if (error != null) {
            throw new PushErrorException(error);
        }
    }

    private static int bytesOf(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
