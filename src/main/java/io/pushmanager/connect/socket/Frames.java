package io.pushmanager.connect.socket;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.pushmanager.core.session.CloseCode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** WebSocket frames as bytes: whole, unmasked, in one direct buffer that the caller releases or writes. */
final class Frames {

    /** Writes the fields of one JSON object. */
    @FunctionalInterface
    interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    private static final JsonFactory JSON = new JsonFactory();
    private static final int FIN = 0x80;
    private static final int OPCODE_TEXT = 0x1;
    private static final int OPCODE_CLOSE = 0x8;
    private static final int OPCODE_PING = 0x9;
    private static final int OPCODE_PONG = 0xA;
    private static final int LONGEST_HEADER = 10;
    private static final int LONGEST_CONTROL = 125;

    private Frames() {}

    /** The length is known only after the text is written: room for the longest header is left, and what is not needed of it skipped. */
    static ByteBuf text(int expectedBytes, Fields fields) {
        ByteBuf frame = PooledByteBufAllocator.DEFAULT.directBuffer(LONGEST_HEADER + expectedBytes);
        try {
            frame.setIndex(LONGEST_HEADER, LONGEST_HEADER);
            try (OutputStream out = new ByteBufOutputStream(frame);
                    JsonGenerator json = JSON.createGenerator(out)) {
                json.writeStartObject();
                fields.write(json);
                json.writeEndObject();
            }
            putHeaderBefore(frame, frame.readableBytes());
            return frame;
        } catch (IOException e) {
            frame.release();
            throw new UncheckedIOException(e); // memory does not fail: what was to be written is no JSON
        }
    }

    static ByteBuf ping() {
        return control(OPCODE_PING, 0);
    }

    static ByteBuf pong(ByteBuf payload) {
        return control(OPCODE_PONG, payload.readableBytes())
                .writeBytes(payload, payload.readerIndex(), payload.readableBytes());
    }

    static ByteBuf close(CloseCode code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.US_ASCII);
        int length = Math.min(text.length, LONGEST_CONTROL - 2);
        return control(OPCODE_CLOSE, 2 + length).writeShort(code.number()).writeBytes(text, 0, length);
    }

    /** Says a client's close code back to it; without a code, none. */
    static ByteBuf closeEcho(int statusCode) {
        return statusCode < 0
                ? control(OPCODE_CLOSE, 0)
                : control(OPCODE_CLOSE, 2).writeShort(statusCode);
    }

    static boolean isUtf8(ByteBuf text) {
        return ByteBufUtil.isText(text, StandardCharsets.UTF_8);
    }

    private static ByteBuf control(int opcode, int length) {
        return PooledByteBufAllocator.DEFAULT
                .directBuffer(2 + length)
                .writeByte(FIN | opcode)
                .writeByte(length);
    }

    private static void putHeaderBefore(ByteBuf frame, int length) {
        int start;
        if (length < 126) {
            start = LONGEST_HEADER - 2;
            frame.setByte(start + 1, length);
        } else if (length <= 0xFFFF) {
            start = LONGEST_HEADER - 4;
            frame.setByte(start + 1, 126);
            frame.setShort(start + 2, length);
        } else {
            start = LONGEST_HEADER - 10;
            frame.setByte(start + 1, 127);
            frame.setLong(start + 2, length);
        }
        frame.setByte(start, FIN | OPCODE_TEXT);
        frame.readerIndex(start);
    }
}
