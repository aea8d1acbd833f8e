package io.pushmanager.nodeclient;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.util.Durations;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Action;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Handling;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import io.pushmanager.proto.protocol.BroadCastReq;
import io.pushmanager.proto.protocol.Proto;
import io.pushmanager.proto.pubsub.Ack;
import io.pushmanager.proto.pubsub.PushMessageBatchRequest;
import io.pushmanager.wire.ActionMapper;
import io.pushmanager.wire.ContentMapper;
import io.pushmanager.wire.HandlingMapper;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;

/** {@link PushMessage} → what goes to a Connect-Node, as one gRPC frame. */
final class NodeRequestMapper {

    private static final int PREFIX_BYTES = 5;

    private NodeRequestMapper() {}

    /** The node gets what is left of the time to live, and counts it from the arrival of the call. */
    static Buffer batch(PushMessage message, long nowNanos) {
        Handling handling = message.handling();
        if (!handling.expires()) {
            return frame(request(message).build());
        }
        PushMessageBatchRequest.Builder request = request(message);
        request.getOptionsBuilder().setTtl(Durations.fromNanos(Math.max(1, handling.expiresNanos() - nowNanos)));
        return frame(request.build());
    }

    /** Without a time to live. */
    static PushMessageBatchRequest.Builder request(PushMessage message) {
        Target target = message.target();
        PushMessageBatchRequest.Builder request = PushMessageBatchRequest.newBuilder()
                .addAllUserIds(target.userIds())
                .setRoomId(target.roomId())
                .setMessageId(message.messageId())
                .addAllExcludeUserIds(target.excludedUserIds());
        Action action = message.action();
        if (action == null) {
            request.setContent(ContentMapper.toProto(message.content()));
        } else {
            request.setAction(ActionMapper.toProto(action)); // and no content: a node that does not know it refuses it
        }
        if (message.ack() == AckLevel.DELIVERED) {
            request.getOptionsBuilder().setAck(Ack.ACK_DELIVERED); // somebody waits for the node's report
        }
        Handling handling = message.handling();
        if (handling.priority() != Priority.NORMAL) {
            request.getOptionsBuilder().setPriority(HandlingMapper.toProto(handling.priority()));
        }
        if (handling.conflates()) {
            request.getOptionsBuilder().setConflationKey(handling.conflationKey());
        }
        return request;
    }

    /** @param userId empty for a push to a room or everyone */
    static Buffer broadcast(PushMessage message, String userId) {
        Content content = message.content();
        ByteString body = content.binary().length > 0
                ? UnsafeByteOperations.unsafeWrap(content.binary())
                : ByteString.copyFromUtf8(content.data());
        return frame(BroadCastReq.newBuilder()
                .setProto(Proto.newBuilder()
                        .setVer(number(content, "ver"))
                        .setOp(number(content, "op"))
                        .setSeq(number(content, "seq"))
                        .setRoomid(message.target().roomId())
                        .setUserid(userId)
                        .setBody(body))
                .build());
    }

    /** The request without fields, such as that of a health check. */
    static Buffer empty() {
        return Buffer.buffer(new byte[PREFIX_BYTES]);
    }

    private static int number(Content content, String key) {
        String value = content.metadata().get(key);
        if (value == null) {
            return 0;
        }
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException applicationsOwnMeaning) {
            return 0;
        }
    }

    static Buffer frame(MessageLite message) {
        int size = message.getSerializedSize();
        byte[] bytes = new byte[PREFIX_BYTES + size];
        bytes[1] = (byte) (size >>> 24);
        bytes[2] = (byte) (size >>> 16);
        bytes[3] = (byte) (size >>> 8);
        bytes[4] = (byte) size;
        try {
            message.writeTo(CodedOutputStream.newInstance(bytes, PREFIX_BYTES, size));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return Buffer.buffer(bytes);
    }
}
