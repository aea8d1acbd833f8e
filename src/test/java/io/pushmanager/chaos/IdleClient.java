package io.pushmanager.chaos;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A TCP connection that says what it is told to and then nothing. */
final class IdleClient implements AutoCloseable {

    private final Socket socket = new Socket();

    private IdleClient() {}

    /** One that says nothing at all. */
    static IdleClient connect(int port) throws IOException {
        IdleClient client = new IdleClient();
        client.socket.setSoTimeout(10_000);
        client.socket.connect(new InetSocketAddress("127.0.0.1", port), 2_000);
        return client;
    }

    static IdleClient saying(int port, String text) {
        try {
            IdleClient client = connect(port);
            client.socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            return client;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The status of an answer to an HTTP request; 0 when the connection ended without one. */
    int httpStatus() {
        try {
            byte[] line = socket.getInputStream().readNBytes(12);
            return line.length < 12 ? 0 : Integer.parseInt(new String(line, 9, 3, StandardCharsets.ISO_8859_1));
        } catch (IOException reset) {
            return 0;
        }
    }

    /** Everything until the other side closes. */
    byte[] readToEnd() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(all);
        } catch (java.net.SocketTimeoutException stillOpen) {
            throw new AssertionError("still open", stillOpen);
        } catch (IOException reset) {
            return all.toByteArray();
        }
        return all.toByteArray();
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
