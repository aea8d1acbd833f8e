package io.pushmanager.connect.socket;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What waits behind a frame that may not leave yet; holds a reference to each.
 *
 * <p><b>Bound:</b> that of its socket. <b>Order:</b> that of adding. <b>Thread:</b> the socket's event loop.
 */
final class CorkedFrames {

    private final List<ByteBuf> frames = new ArrayList<>(2);
    private long bytes;

    CorkedFrames(ByteBuf first) {
        add(first);
    }

    void add(ByteBuf frame) {
        frames.add(frame);
        bytes += frame.readableBytes();
    }

    /** Whether one more would be too much. There is always room for one beside the first. */
    boolean isFull(int frameBytes, long maxBytes) {
        return frames.size() > 1 && bytes + frameBytes > maxBytes;
    }

    void forEach(Consumer<ByteBuf> action) {
        frames.forEach(action);
    }

    void drop() {
        frames.forEach(ByteBuf::release);
        frames.clear();
        bytes = 0;
    }
}
