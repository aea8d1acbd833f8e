package io.pushmanager.nodeclient;

import com.google.protobuf.WireFormat;
import io.pushmanager.proto.pubsub.LinkAck;
import io.pushmanager.proto.pubsub.LinkResults;
import io.pushmanager.proto.pubsub.NodeFrame;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;

/**
 * The usual frame of a node, read where it lies: an acknowledgement without details. protobuf would make a dozen objects of it, for
 * each node and, at low rates, each push.
 *
 * <p>Whatever else a frame holds, however odd, is not read here but by protobuf. <b>Bound:</b> {@value #MAX_BYTES} bytes; the object is
 * used again for the next frame. <b>Thread:</b> its stream's.
 */
final class PlainAck {

    /** Every connection that the push concerned was written to: so many. */
    @FunctionalInterface
    interface Result {
        void result(long id, int matched);
    }

    private static final int MAX_BYTES = 64 * 1024;
    private static final int ACK = tag(NodeFrame.ACK_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    private static final int NUMBER = tag(LinkAck.NUMBER_FIELD_NUMBER, WireFormat.WIRETYPE_VARINT);
    private static final int CONSUMED = tag(LinkAck.CONSUMED_THROUGH_FIELD_NUMBER, WireFormat.WIRETYPE_VARINT);
    private static final int RESULTS = tag(LinkAck.RESULTS_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    private static final int FIRST_ID = tag(LinkResults.FIRST_ID_FIELD_NUMBER, WireFormat.WIRETYPE_VARINT);
    private static final int MATCHED = tag(LinkResults.MATCHED_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);

    private long number;
    private long consumedThrough;
    private int runs;
    private long[] firstIds = new long[4];
    /** Where the results of each run end in {@link #matched}. */
    private int[] ends = new int[4];

    private int[] matched = new int[16];

    // while reading
    private int at;
    private boolean isOther;

    /** @return false if the bytes from {@code start} to {@code end} are anything else: what was read is worth nothing then */
    boolean read(Buffer in, int start, int end) {
        if (end - start > MAX_BYTES) {
            return false;
        }
        number = 0;
        consumedThrough = 0;
        runs = 0;
        at = start;
        isOther = false;
        if (varint(in, end) != ACK || varint(in, end) != end - at) {
            return false;
        }
        int results = 0;
        while (at < end && !isOther) {
            long tag = varint(in, end);
            if (tag == NUMBER) {
                number = varint(in, end);
            } else if (tag == CONSUMED) {
                consumedThrough = varint(in, end);
            } else if (tag == RESULTS) {
                results = readRun(in, part(in, end), results);
            } else {
                isOther = true;
            }
        }
        return !isOther;
    }

    long number() {
        return number;
    }

    long consumedThrough() {
        return consumedThrough;
    }

    /** Takes the results, in their order. */
    void each(Result taker) {
        int result = 0;
        for (int run = 0; run < runs; run++) {
            long id = firstIds[run];
            for (; result < ends[run]; result++) {
                taker.result(id++, matched[result]);
            }
        }
    }

    private int readRun(Buffer in, int end, int resultsBefore) {
        if (runs == firstIds.length) {
            firstIds = Arrays.copyOf(firstIds, 2 * runs);
            ends = Arrays.copyOf(ends, 2 * runs);
        }
        firstIds[runs] = 0;
        int results = resultsBefore;
        while (at < end && !isOther) {
            long tag = varint(in, end);
            if (tag == FIRST_ID) {
                firstIds[runs] = varint(in, end);
            } else if (tag == MATCHED) {
                int last = part(in, end);
                while (at < last && !isOther) {
                    if (results == matched.length) {
                        matched = Arrays.copyOf(matched, 2 * results);
                    }
                    matched[results++] = (int) varint(in, last);
                }
            } else {
                isOther = true;
            }
        }
        ends[runs++] = results;
        return results;
    }

    /** The end of a part that begins with its length. */
    private int part(Buffer in, int end) {
        long size = varint(in, end);
        if (size < 0 || size > end - at) {
            isOther = true;
            return at;
        }
        return at + (int) size;
    }

    private long varint(Buffer in, int end) {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE && at < end; shift += 7) {
            byte next = in.getByte(at++);
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        isOther = true;
        return 0;
    }

    private static int tag(int field, int wireType) {
        return (field << 3) | wireType;
    }
}
