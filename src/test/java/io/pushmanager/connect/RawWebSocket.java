package io.pushmanager.connect;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A WebSocket client made of bytes, which can do what no well-behaved client does. Reads time out after 10 s. */
final class RawWebSocket implements AutoCloseable {

    static final int TEXT = 0x81;
    static final int TEXT_PART = 0x01;
    static final int CONTINUATION = 0x80;
    static final int CONTINUATION_PART = 0x00;
    static final int BINARY = 0x82;
    static final int CLOSE = 0x88;
    static final int PING = 0x89;
    static final int PONG = 0x8A;

    /** The connection ended without a close frame. */
    static final int NO_CLOSE_FRAME = -1;

    record Frame(int opcode, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        int closeCode() {
            return payload.length < 2 ? 1005 : (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
        }
    }

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final OutputStream out;

    private RawWebSocket(int port, int receiveBuffer) {
        try {
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.setSoTimeout(10_000);
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress("127.0.0.1", port), 5_000);
            in = new DataInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static RawWebSocket connect(int port) {
        return new RawWebSocket(port, 0);
    }

    /** Upgraded, and the welcome read. */
    static RawWebSocket open(int port, String query) {
        RawWebSocket client = upgraded(port, query);
        client.readJson();
        return client;
    }

    static RawWebSocket upgraded(int port, String query) {
        return upgrade(new RawWebSocket(port, 0), query);
    }

    static RawWebSocket openWithReceiveBuffer(int port, String query, int bytes) {
        RawWebSocket client = upgrade(new RawWebSocket(port, bytes), query);
        client.readJson();
        return client;
    }

    private static RawWebSocket upgrade(RawWebSocket client, String query) {
        client.write(upgradeRequest(query));
        String head = client.readHead();
        if (!head.startsWith("HTTP/1.1 101")) {
            throw new IllegalStateException(head);
        }
        return client;
    }

    static byte[] upgradeRequest(String query, String... headers) {
        StringBuilder request = new StringBuilder("GET /ws" + query + " HTTP/1.1\r\nHost: localhost\r\n");
        request.append("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n");
        request.append("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        return request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    String readHead() {
        StringBuilder head = new StringBuilder();
        try {
            while (head.indexOf("\r\n\r\n") < 0) {
                int c = in.read();
                if (c < 0) {
                    return head.toString();
                }
                head.append((char) c);
            }
            return head.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(byte[] bytes) {
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes until the peer has had enough; a reset connection is no failure here. */
    boolean tryWrite(byte[] bytes) {
        try {
            out.write(bytes);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    void text(String text) {
        write(frame(TEXT, text.getBytes(StandardCharsets.UTF_8)));
    }

    static byte[] frame(int firstByte, byte[] payload) {
        return frame(firstByte, payload, true);
    }

    static byte[] frame(int firstByte, byte[] payload, boolean masked) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int maskBit = masked ? 0x80 : 0;
        bytes.write(firstByte);
        if (payload.length < 126) {
            bytes.write(maskBit | payload.length);
        } else if (payload.length <= 0xFFFF) {
            bytes.write(maskBit | 126);
            bytes.write(payload.length >> 8);
            bytes.write(payload.length);
        } else {
            bytes.write(maskBit | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                bytes.write((int) ((long) payload.length >> shift));
            }
        }
        byte[] mask = {0x11, 0x22, 0x33, 0x44};
        if (masked) {
            bytes.writeBytes(mask);
        }
        for (int i = 0; i < payload.length; i++) {
            bytes.write(masked ? payload[i] ^ mask[i % 4] : payload[i]);
        }
        return bytes.toByteArray();
    }

    Frame read() throws IOException {
        int first = in.readUnsignedByte();
        int length = in.readUnsignedByte();
        long size = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
        byte[] payload = new byte[(int) size];
        in.readFully(payload);
        return new Frame(first & 0x0F, payload);
    }

    /** The next text frame; pings are answered on the way. */
    JsonObject readJson() {
        try {
            while (true) {
                Frame frame = read();
                if (frame.opcode() == 1) {
                    return new JsonObject(frame.text());
                }
                if (frame.opcode() == 9) {
                    write(frame(PONG, frame.payload()));
                }
                if (frame.opcode() == 8) {
                    throw new IllegalStateException("closed " + frame.closeCode());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads on to the end and says with which code the node closed. */
    int readToClose() {
        try {
            while (true) {
                Frame frame = read();
                if (frame.opcode() == 8) {
                    return frame.closeCode();
                }
            }
        } catch (EOFException | SocketException e) {
            return NO_CLOSE_FRAME;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every text frame up to the close frame or the end. */
    List<JsonObject> readAll() {
        List<JsonObject> texts = new ArrayList<>();
        try {
            while (true) {
                Frame frame = read();
                if (frame.opcode() == 1) {
                    texts.add(new JsonObject(frame.text()));
                } else if (frame.opcode() == 8) {
                    return texts;
                }
            }
        } catch (EOFException | SocketException e) {
            return texts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
