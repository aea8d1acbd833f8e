package io.pushmanager.chaos;

import io.pushmanager.testing.PushManagerProcess;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A WebSocket that is welcomed and then reads nothing, until it is asked for everything. Blocks the test's thread. */
final class DeafClient implements AutoCloseable {

    /** A smaller one opens again only at the sender's probes, which are far apart after a long while. */
    private static final int BUFFER_BYTES = 256 * 1_024;

    private static final Pattern GAP = Pattern.compile("\\{\"type\":\"gap\",\"dropped\":([0-9]+),");

    /** What it got in the end. */
    record Got(long pushes, long missed, int gaps) {}

    private final Socket socket = new Socket();
    private final DataInputStream in;

    DeafClient(PushManagerProcess node, String user, List<String> rooms) {
        URI url = URI.create(node.webSocketUrl());
        StringBuilder query = new StringBuilder("?user_id=" + user);
        rooms.forEach(room -> query.append("&room_id=").append(room));
        try {
            socket.setReceiveBufferSize(BUFFER_BYTES);
            socket.setSoTimeout(20_000);
            socket.connect(new InetSocketAddress(url.getHost(), url.getPort()), 5_000);
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES));
            String request = "GET /ws" + query + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            for (int matched = 0; matched < 4; ) {
                matched = in.readUnsignedByte() == "\r\n\r\n".charAt(matched) ? matched + 1 : 0;
            }
            read(); // the welcome
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads up to the push that has this in it. */
    Got readTo(String last) {
        long pushes = 0;
        long missed = 0;
        int gaps = 0;
        try {
            while (true) {
                String frame = read();
                Matcher gap = GAP.matcher(frame);
                if (gap.lookingAt()) {
                    missed += Long.parseLong(gap.group(1));
                    gaps++;
                } else if (frame.startsWith("{\"type\":\"push\"")) {
                    pushes++;
                    if (frame.contains(last)) {
                        return new Got(pushes, missed, gaps);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String read() throws IOException {
        in.readUnsignedByte();
        int length = in.readUnsignedByte();
        long size = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
        return new String(in.readNBytes((int) size), StandardCharsets.UTF_8);
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
