package io.pushmanager.connect.inbox;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Walks over the fields of an encoded protobuf message without making messages of them, by the rules of protobuf's own parsers.
 *
 * <p><b>Failure:</b> what they refuse is refused here: {@link InvalidProtocolBufferException}. <b>Thread:</b> one.
 */
final class WireReader {

    /** Takes one field, by its tag, or hands it to {@link WireReader#skip}. */
    @FunctionalInterface
    interface Fields {
        void field(WireReader in, int tag) throws IOException;
    }

    private final byte[] bytes;
    private final CodedInputStream in;

    WireReader(byte[] bytes) {
        this.bytes = bytes;
        this.in = CodedInputStream.newInstance(bytes);
    }

    /** The fields up to the end of the message, or of the part that {@link #message} has narrowed it to. */
    void fields(Fields fields) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            fields.field(this, tag);
        }
    }

    /** The fields of a message inside this one. @return its encoded size */
    int message(Fields fields) throws IOException {
        int size = in.readRawVarint32();
        int outer = in.pushLimit(size);
        fields(fields);
        in.popLimit(outer);
        return size;
    }

    /** A field that is not known here. */
    void skip(int tag) throws IOException {
        if (!in.skipField(tag)) {
            throw new InvalidProtocolBufferException("a group ends that had not begun");
        }
    }

    /** Valid UTF-8 only. Text of ASCII, as nearly all is, costs one copy. */
    String text() throws IOException {
        int size = in.readRawVarint32();
        if (size == 0) {
            return "";
        }
        int start = in.getTotalBytesRead();
        in.skipRawBytes(size);
        String text = new String(bytes, start, size, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0 // was there, or stands for what is wrong
                && !UnsafeByteOperations.unsafeWrap(bytes, start, size).isValidUtf8()) {
            throw new InvalidProtocolBufferException("a text is not UTF-8");
        }
        return text;
    }

    CodedInputStream plain() {
        return in;
    }
}
