package io.pushmanager.nodeclient;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.pushmanager.core.link.SendBatch;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.proto.pubsub.LinkBatch;
import io.pushmanager.proto.pubsub.LinkPush;
import io.pushmanager.proto.pubsub.ManagerFrame;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What a manager writes on a link, each as one gRPC message. */
final class LinkFrames {

    private static final int PREFIX_BYTES = 5;
    private static final int FIXED64_BYTES = 8;

    private LinkFrames() {}

    /** A push as every node gets it. */
    static byte[] push(PushMessage message) {
        LinkPush.Builder push = LinkPush.newBuilder().setPush(NodeRequestMapper.request(message));
        String traceparent = message.traceparent();
        if (traceparent != null) {
            push.setTraceparent(traceparent);
        }
        return push.build().toByteArray();
    }

    static Buffer frame(ManagerFrame frame) {
        return NodeRequestMapper.frame(frame);
    }

    /** A {@code LinkBatch} around the bytes of its pushes, written by hand: nothing of a push is touched but copied once. */
    static Buffer batch(SendBatch batch, long sentNanos, long ackSeen) {
        int size = CodedOutputStream.computeUInt64Size(LinkBatch.FIRST_ID_FIELD_NUMBER, batch.firstId())
                + CodedOutputStream.computeTagSize(LinkBatch.SENT_NANOS_FIELD_NUMBER)
                + FIXED64_BYTES
                + CodedOutputStream.computeUInt64Size(LinkBatch.ACK_SEEN_FIELD_NUMBER, ackSeen);
        for (int i = 0; i < batch.size(); i++) {
            size += CodedOutputStream.computeByteArraySize(LinkBatch.PUSHES_FIELD_NUMBER, batch.push(i));
        }
        int frame = CodedOutputStream.computeTagSize(ManagerFrame.BATCH_FIELD_NUMBER)
                + CodedOutputStream.computeUInt32SizeNoTag(size)
                + size;
        byte[] bytes = new byte[PREFIX_BYTES + frame];
        bytes[1] = (byte) (frame >>> 24);
        bytes[2] = (byte) (frame >>> 16);
        bytes[3] = (byte) (frame >>> 8);
        bytes[4] = (byte) frame;
        CodedOutputStream out = CodedOutputStream.newInstance(bytes, PREFIX_BYTES, frame);
        try {
            out.writeTag(ManagerFrame.BATCH_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            out.writeUInt32NoTag(size);
            out.writeUInt64(LinkBatch.FIRST_ID_FIELD_NUMBER, batch.firstId());
            for (int i = 0; i < batch.size(); i++) {
                out.writeByteArray(LinkBatch.PUSHES_FIELD_NUMBER, batch.push(i));
            }
            out.writeFixed64(LinkBatch.SENT_NANOS_FIELD_NUMBER, sentNanos);
            out.writeUInt64(LinkBatch.ACK_SEEN_FIELD_NUMBER, ackSeen);
            out.checkNoSpaceLeft();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return Buffer.buffer(bytes);
    }
}
