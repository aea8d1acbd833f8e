package io.pushmanager.nodeclient;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Handling;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import io.pushmanager.proto.pubsub.Ack;
import io.pushmanager.proto.pubsub.LinkPush;
import io.pushmanager.proto.pubsub.PushMessageBatchRequest;
import io.pushmanager.proto.pubsub.PushOptions;
import io.pushmanager.wire.HandlingMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a push as the {@link LinkPush} that every node gets, without protobuf's objects in between: they would be several
 * times as large as the push.
 *
 * <p>Two walks over the same fields, one that adds up and one that writes, as protobuf's own code does it. <b>Thread:</b> any.
 */
final class PushEncoder {

    // the fields of Content, which has the name of the core's
    private static final int TYPE = io.pushmanager.proto.pubsub.Content.TYPE_FIELD_NUMBER;
    private static final int DATA = io.pushmanager.proto.pubsub.Content.DATA_FIELD_NUMBER;
    private static final int TIMESTAMP = io.pushmanager.proto.pubsub.Content.TIMESTAMP_FIELD_NUMBER;
    private static final int METADATA = io.pushmanager.proto.pubsub.Content.METADATA_FIELD_NUMBER;
    private static final int BINARY = io.pushmanager.proto.pubsub.Content.BINARY_FIELD_NUMBER;

    private static final int MAP_KEY = 1;
    private static final int MAP_VALUE = 2;

    private static final int ACK_SIZE =
            CodedOutputStream.computeEnumSize(PushOptions.ACK_FIELD_NUMBER, Ack.ACK_DELIVERED_VALUE);
    private static final int EXPIRES_SIZE =
            CodedOutputStream.computeFixed64Size(LinkPush.EXPIRES_NANOS_FIELD_NUMBER, 0);

    private PushEncoder() {}

    static byte[] encode(PushMessage message) {
        return message.action() == null ? encodePush(message) : encodeAction(message);
    }

    /** Rare: by protobuf's own code. */
    private static byte[] encodeAction(PushMessage message) {
        LinkPush.Builder push = LinkPush.newBuilder().setPush(NodeRequestMapper.request(message));
        String traceparent = message.traceparent();
        return (traceparent == null ? push : push.setTraceparent(traceparent))
                .build()
                .toByteArray();
    }

    private static byte[] encodePush(PushMessage message) {
        int content = contentSize(message.content());
        int request = requestSize(message, content);
        String traceparent = message.traceparent();
        Handling handling = message.handling();
        byte[] bytes = new byte
                [messageSize(LinkPush.PUSH_FIELD_NUMBER, request)
                        + textSize(LinkPush.TRACEPARENT_FIELD_NUMBER, traceparent)
                        + (handling.expires() ? EXPIRES_SIZE : 0)];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            begin(out, LinkPush.PUSH_FIELD_NUMBER, request);
            writeRequest(out, message, content);
            writeText(out, LinkPush.TRACEPARENT_FIELD_NUMBER, traceparent);
            if (handling.expires()) {
                out.writeFixed64(LinkPush.EXPIRES_NANOS_FIELD_NUMBER, handling.expiresNanos());
            }
            out.checkNoSpaceLeft();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes;
    }

    private static int requestSize(PushMessage message, int content) {
        Target target = message.target();
        int size = textSize(PushMessageBatchRequest.ROOM_ID_FIELD_NUMBER, target.roomId())
                + messageSize(PushMessageBatchRequest.CONTENT_FIELD_NUMBER, content)
                + textSize(PushMessageBatchRequest.MESSAGE_ID_FIELD_NUMBER, message.messageId());
        List<String> users = target.userIds();
        for (int i = 0; i < users.size(); i++) {
            size += CodedOutputStream.computeStringSize(PushMessageBatchRequest.USER_IDS_FIELD_NUMBER, users.get(i));
        }
        if (!target.excludedUserIds().isEmpty()) {
            for (String user : target.excludedUserIds()) {
                size += CodedOutputStream.computeStringSize(
                        PushMessageBatchRequest.EXCLUDE_USER_IDS_FIELD_NUMBER, user);
            }
        }
        int options = optionsSize(message);
        return options == 0 ? size : size + messageSize(PushMessageBatchRequest.OPTIONS_FIELD_NUMBER, options);
    }

    private static void writeRequest(CodedOutputStream out, PushMessage message, int content) throws IOException {
        Target target = message.target();
        List<String> users = target.userIds();
        for (int i = 0; i < users.size(); i++) {
            out.writeString(PushMessageBatchRequest.USER_IDS_FIELD_NUMBER, users.get(i));
        }
        writeText(out, PushMessageBatchRequest.ROOM_ID_FIELD_NUMBER, target.roomId());
        begin(out, PushMessageBatchRequest.CONTENT_FIELD_NUMBER, content);
        writeContent(out, message.content());
        writeText(out, PushMessageBatchRequest.MESSAGE_ID_FIELD_NUMBER, message.messageId());
        if (!target.excludedUserIds().isEmpty()) {
            for (String user : target.excludedUserIds()) {
                out.writeString(PushMessageBatchRequest.EXCLUDE_USER_IDS_FIELD_NUMBER, user);
            }
        }
        int options = optionsSize(message);
        if (options > 0) {
            begin(out, PushMessageBatchRequest.OPTIONS_FIELD_NUMBER, options);
            writeOptions(out, message);
        }
    }

    /** Whether somebody waits for a report; priority and key. The time to live goes as the time at which it ends. */
    private static int optionsSize(PushMessage message) {
        Handling handling = message.handling();
        int ack = message.ack() == AckLevel.DELIVERED ? ACK_SIZE : 0;
        if (handling.isPlain()) {
            return ack;
        }
        return ack
                + (handling.priority() == Priority.NORMAL
                        ? 0
                        : CodedOutputStream.computeEnumSize(PushOptions.PRIORITY_FIELD_NUMBER, priority(handling)))
                + textSize(PushOptions.CONFLATION_KEY_FIELD_NUMBER, handling.conflationKey());
    }

    private static void writeOptions(CodedOutputStream out, PushMessage message) throws IOException {
        Handling handling = message.handling();
        if (message.ack() == AckLevel.DELIVERED) {
            out.writeEnum(PushOptions.ACK_FIELD_NUMBER, Ack.ACK_DELIVERED_VALUE);
        }
        if (handling.priority() != Priority.NORMAL) {
            out.writeEnum(PushOptions.PRIORITY_FIELD_NUMBER, priority(handling));
        }
        writeText(out, PushOptions.CONFLATION_KEY_FIELD_NUMBER, handling.conflationKey());
    }

    private static int priority(Handling handling) {
        return HandlingMapper.toProto(handling.priority()).getNumber();
    }

    private static int contentSize(Content content) {
        int size = textSize(TYPE, content.type()) + textSize(DATA, content.data());
        if (content.timestampMillis() != 0) {
            size += CodedOutputStream.computeInt64Size(TIMESTAMP, content.timestampMillis());
        }
        if (!content.metadata().isEmpty()) {
            for (Map.Entry<String, String> entry : content.metadata().entrySet()) {
                size += messageSize(METADATA, entrySize(entry));
            }
        }
        if (content.binary().length > 0) {
            size += CodedOutputStream.computeByteArraySize(BINARY, content.binary());
        }
        return size;
    }

    private static void writeContent(CodedOutputStream out, Content content) throws IOException {
        writeText(out, TYPE, content.type());
        writeText(out, DATA, content.data());
        if (content.timestampMillis() != 0) {
            out.writeInt64(TIMESTAMP, content.timestampMillis());
        }
        if (!content.metadata().isEmpty()) {
            for (Map.Entry<String, String> entry : content.metadata().entrySet()) {
                begin(out, METADATA, entrySize(entry));
                out.writeString(MAP_KEY, entry.getKey());
                out.writeString(MAP_VALUE, entry.getValue());
            }
        }
        if (content.binary().length > 0) {
            out.writeByteArray(BINARY, content.binary());
        }
    }

    private static int entrySize(Map.Entry<String, String> entry) {
        return CodedOutputStream.computeStringSize(MAP_KEY, entry.getKey())
                + CodedOutputStream.computeStringSize(MAP_VALUE, entry.getValue());
    }

    private static int messageSize(int field, int size) {
        return CodedOutputStream.computeTagSize(field) + CodedOutputStream.computeUInt32SizeNoTag(size) + size;
    }

    private static void begin(CodedOutputStream out, int field, int size) throws IOException {
        out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag(size);
    }

    /** A text that is empty is left out. */
    private static int textSize(int field, @Nullable String text) {
        return text == null || text.isEmpty() ? 0 : CodedOutputStream.computeStringSize(field, text);
    }

    private static void writeText(CodedOutputStream out, int field, @Nullable String text) throws IOException {
        if (text != null && !text.isEmpty()) {
            out.writeString(field, text);
        }
    }
}
