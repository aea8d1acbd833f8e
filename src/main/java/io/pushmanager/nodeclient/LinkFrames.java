package io.pushmanager.nodeclient;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.pushmanager.core.link.SendBatch;
import io.pushmanager.proto.pubsub.LinkBatch;
import io.pushmanager.proto.pubsub.ManagerFrame;
import io.vertx.core.buffer.Buffer;

/** What a manager writes on a link, each as one gRPC message. */
final class LinkFrames {

    private static final int PREFIX_BYTES = 5;

    private LinkFrames() {}

    static Buffer frame(ManagerFrame frame) {
        return NodeRequestMapper.frame(frame);
    }

    /** Bytes of {@link #writeBatch}. */
    static int batchSize(SendBatch batch, long ackSeen) {
        int frame = frameSize(bodySize(batch, ackSeen));
        return PREFIX_BYTES + frame;
    }

    /** A {@code LinkBatch} around the bytes of its pushes, written by hand: nothing of a push is touched but copied once. */
    static void writeBatch(SendBatch batch, long sentNanos, long ackSeen, Buffer out) {
        int body = bodySize(batch, ackSeen);
        out.setByte(0, (byte) 0);
        out.setInt(1, frameSize(body));
        int at = PREFIX_BYTES;
        at = varint(out, at, tag(ManagerFrame.BATCH_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED));
        at = varint(out, at, body);
        at = varint(out, at, tag(LinkBatch.FIRST_ID_FIELD_NUMBER, WireFormat.WIRETYPE_VARINT));
        at = varint(out, at, batch.firstId());
        for (int i = 0; i < batch.size(); i++) {
            byte[] push = batch.push(i);
            at = varint(out, at, tag(LinkBatch.PUSHES_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED));
            at = varint(out, at, push.length);
            out.setBytes(at, push);
            at += push.length;
        }
        at = varint(out, at, tag(LinkBatch.SENT_NANOS_FIELD_NUMBER, WireFormat.WIRETYPE_FIXED64));
        out.setLongLE(at, sentNanos);
        at += Long.BYTES;
        at = varint(out, at, tag(LinkBatch.ACK_SEEN_FIELD_NUMBER, WireFormat.WIRETYPE_VARINT));
        varint(out, at, ackSeen);
    }

    private static int bodySize(SendBatch batch, long ackSeen) {
        int size = CodedOutputStream.computeUInt64Size(LinkBatch.FIRST_ID_FIELD_NUMBER, batch.firstId())
                + CodedOutputStream.computeFixed64Size(LinkBatch.SENT_NANOS_FIELD_NUMBER, 0)
                + CodedOutputStream.computeUInt64Size(LinkBatch.ACK_SEEN_FIELD_NUMBER, ackSeen);
        for (int i = 0; i < batch.size(); i++) {
            size += CodedOutputStream.computeByteArraySize(LinkBatch.PUSHES_FIELD_NUMBER, batch.push(i));
        }
        return size;
    }

    private static int frameSize(int bodySize) {
        return CodedOutputStream.computeTagSize(ManagerFrame.BATCH_FIELD_NUMBER)
                + CodedOutputStream.computeUInt32SizeNoTag(bodySize)
                + bodySize;
    }

    private static int tag(int field, int wireType) {
        return (field << 3) | wireType;
    }

    private static int varint(Buffer out, int at, long value) {
        long rest = value;
        int next = at;
        while ((rest & ~0x7FL) != 0) {
            out.setByte(next, (byte) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
            next++;
        }
        out.setByte(next, (byte) rest);
        return next + 1;
    }
}
