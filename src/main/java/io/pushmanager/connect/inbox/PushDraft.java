package io.pushmanager.connect.inbox;

import com.google.protobuf.Duration;
import com.google.protobuf.ExtensionRegistryLite;
import io.pushmanager.core.message.Content;
import io.pushmanager.proto.pubsub.ConnectionAction;
import io.pushmanager.proto.pubsub.PushOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@code PushMessageBatchRequest} while it is read, field by field: of a field that comes twice the last counts, a message that
 * comes in parts is put together, as protobuf wants it.
 *
 * <p><b>Thread:</b> one. Used again after {@link #clear}.
 */
final class PushDraft {

    private static final int USER_IDS = (1 << 3) | 2;
    private static final int ROOM_ID = (2 << 3) | 2;
    private static final int CONTENT = (3 << 3) | 2;
    private static final int MESSAGE_ID = (4 << 3) | 2;
    private static final int EXCLUDE_USER_IDS = (5 << 3) | 2;
    private static final int OPTIONS = (6 << 3) | 2;

    private static final int ACTION = (7 << 3) | 2;

    private static final int CONTENT_TYPE = (1 << 3) | 2;
    private static final int CONTENT_DATA = (2 << 3) | 2;
    private static final int CONTENT_TIMESTAMP = 3 << 3;
    private static final int CONTENT_METADATA = (4 << 3) | 2;
    private static final int CONTENT_BINARY = (5 << 3) | 2;

    private static final int OPTION_MESSAGE_ID = (1 << 3) | 2;
    private static final int OPTION_ACK = 2 << 3;
    private static final int OPTION_PRIORITY = 3 << 3;
    private static final int OPTION_TTL = (4 << 3) | 2;
    private static final int OPTION_CONFLATION_KEY = (5 << 3) | 2;
    private static final int OPTION_DRY_RUN = 6 << 3;

    private static final int ENTRY_KEY = (1 << 3) | 2;
    private static final int ENTRY_VALUE = (2 << 3) | 2;

    private static final byte[] NO_BYTES = {};

    // Made once: a method reference would be made for each push.
    private final WireReader.Fields pushFields = this::pushField;
    private final WireReader.Fields contentFields = this::contentField;
    private final WireReader.Fields optionFields = this::optionField;
    private final WireReader.Fields entryFields = this::entryField;

    List<String> users = List.of();
    List<String> excluded = List.of();
    String roomId = "";
    String messageId = "";
    String optionMessageId = "";
    int ack;
    boolean hasContent;
    boolean isDryRun;
    private int priority;
    private @Nullable Duration ttl;
    private String conflationKey = "";
    /** Null for a push. */
    @Nullable
    ConnectionAction action;

    private String type = "";
    private String data = "";
    private long timestampMillis;
    private Map<String, String> metadata = Map.of();
    private byte[] binary = NO_BYTES;
    private String key = "";
    private String value = "";

    void clear() {
        users = List.of();
        excluded = List.of();
        roomId = "";
        messageId = "";
        optionMessageId = "";
        ack = 0;
        priority = 0;
        isDryRun = false;
        ttl = null;
        conflationKey = "";
        hasContent = false;
        action = null;
        type = "";
        data = "";
        timestampMillis = 0;
        metadata = Map.of();
        binary = NO_BYTES;
    }

    /** One more part of the push. */
    void read(WireReader in) throws IOException {
        in.message(pushFields);
    }

    long timestampMillis() {
        return timestampMillis;
    }

    Content content(long stampMillis) {
        return new Content(type, data, stampMillis, metadata, binary);
    }

    /** How the push is to be treated, where that is not as most are; null where it is. */
    @Nullable
    PushOptions handling() {
        if (priority == 0 && ttl == null && conflationKey.isEmpty()) {
            return null;
        }
        PushOptions.Builder options =
                PushOptions.newBuilder().setPriorityValue(priority).setConflationKey(conflationKey);
        return ttl == null ? options.build() : options.setTtl(ttl).build();
    }

    private void pushField(WireReader in, int tag) throws IOException {
        switch (tag) {
            case USER_IDS -> users = with(users, in.text());
            case ROOM_ID -> roomId = in.text();
            case CONTENT -> {
                hasContent = true;
                in.message(contentFields);
            }
            case MESSAGE_ID -> messageId = in.text();
            case EXCLUDE_USER_IDS -> excluded = with(excluded, in.text());
            case OPTIONS -> in.message(optionFields);
            case ACTION -> {
                ConnectionAction.Builder parts = action == null ? ConnectionAction.newBuilder() : action.toBuilder();
                in.plain().readMessage(parts, ExtensionRegistryLite.getEmptyRegistry());
                action = parts.build();
            }
            default -> in.skip(tag);
        }
    }

    private void contentField(WireReader in, int tag) throws IOException {
        switch (tag) {
            case CONTENT_TYPE -> type = in.text();
            case CONTENT_DATA -> data = in.text();
            case CONTENT_TIMESTAMP -> timestampMillis = in.plain().readInt64();
            case CONTENT_METADATA -> {
                key = "";
                value = "";
                in.message(entryFields);
                if (metadata.isEmpty()) {
                    metadata = new LinkedHashMap<>();
                }
                metadata.put(key, value);
            }
            case CONTENT_BINARY -> binary = in.plain().readByteArray();
            default -> in.skip(tag);
        }
    }

    private void optionField(WireReader in, int tag) throws IOException {
        switch (tag) {
            case OPTION_MESSAGE_ID -> optionMessageId = in.text();
            case OPTION_ACK -> ack = in.plain().readEnum();
            case OPTION_PRIORITY -> priority = in.plain().readEnum();
            case OPTION_TTL -> {
                Duration.Builder parts = ttl == null ? Duration.newBuilder() : ttl.toBuilder();
                in.plain().readMessage(parts, ExtensionRegistryLite.getEmptyRegistry());
                ttl = parts.build();
            }
            case OPTION_CONFLATION_KEY -> conflationKey = in.text();
            case OPTION_DRY_RUN -> isDryRun = in.plain().readBool();
            default -> in.skip(tag);
        }
    }

    private void entryField(WireReader in, int tag) throws IOException {
        switch (tag) {
            case ENTRY_KEY -> key = in.text();
            case ENTRY_VALUE -> value = in.text();
            default -> in.skip(tag);
        }
    }

    private static List<String> with(List<String> ids, String id) {
        List<String> more = ids.isEmpty() ? new ArrayList<>() : ids;
        more.add(id);
        return more;
    }
}
