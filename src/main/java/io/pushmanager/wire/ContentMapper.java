package io.pushmanager.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.pushmanager.core.message.Content;
import java.util.Map;

/** {@code pubsub.Content} ↔ {@link Content}. Bytes are shared with the protobuf message, not copied, where they can be. */
public final class ContentMapper {

    private static final byte[] NO_BYTES = {};

    private ContentMapper() {}

    public static Content toCore(io.pushmanager.proto.pubsub.Content content) {
        return toCore(content, content.getTimestamp());
    }

    /** With another stamp than its own. */
    static Content toCore(io.pushmanager.proto.pubsub.Content content, long timestampMillis) {
        ByteString binary = content.getBinary();
        return new Content(
                content.getType(),
                content.getData(),
                timestampMillis,
                content.getMetadataCount() == 0 ? Map.of() : content.getMetadataMap(),
                binary.isEmpty() ? NO_BYTES : binary.toByteArray());
    }

    public static io.pushmanager.proto.pubsub.Content toProto(Content content) {
        return io.pushmanager.proto.pubsub.Content.newBuilder()
                .setType(content.type())
                .setData(content.data())
                .setTimestamp(content.timestampMillis())
                .putAllMetadata(content.metadata())
                .setBinary(UnsafeByteOperations.unsafeWrap(content.binary()))
                .build();
    }
}
