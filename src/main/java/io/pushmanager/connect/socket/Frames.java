package io.pushmanager.connect.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** WebSocket frames as bytes: whole, unmasked, in one direct buffer that the caller releases or writes. */
final class Frames {

    private static final int FIN = 0x80;
    private static final int OPCODE_TEXT = 0x1;
    private static final int OPCODE_CLOSE = 0x8;
    private static final int OPCODE_PING = 0x9;
    private static final int OPCODE_PONG = 0xA;
    private static final int LONGEST_HEADER = 10;
    private static final int LONGEST_CONTROL = 125;

    private Frames() {}

    static ByteBuf text(JsonText text) {
        int length = text.length();
        ByteBuf frame = PooledByteBufAllocator.DEFAULT.directBuffer(LONGEST_HEADER + length);
        frame.writeByte(FIN | OPCODE_TEXT);
        if (length < 126) {
            frame.writeByte(length);
        } else if (length <= 0xFFFF) {
            frame.writeByte(126).writeShort(length);
        } else {
            frame.writeByte(127).writeLong(length);
        }
        text.writeTo(frame);
        return frame;
    }

    static ByteBuf ping() {
        return control(OPCODE_PING, 0);
    }

    static ByteBuf pong(ByteBuf payload) {
        return control(OPCODE_PONG, payload.readableBytes())
                .writeBytes(payload, payload.readerIndex(), payload.readableBytes());
    }

    /** @param reason of which as much is said as there is room for */
    static ByteBuf close(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, LONGEST_CONTROL - 2);
        while (length < text.length && length > 0 && (text[length] & 0xC0) == 0x80) {
            length--; // never a part of a character
        }
        return control(OPCODE_CLOSE, 2 + length).writeShort(code).writeBytes(text, 0, length);
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
}
