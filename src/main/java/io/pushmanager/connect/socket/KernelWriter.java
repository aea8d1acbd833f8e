package io.pushmanager.connect.socket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a socket's file descriptor past Netty's outbound buffer: no entry, no duplicate of the buffer, one system call.
 *
 * <p>Only where nothing in the pipeline changes what is written, on an open channel with nothing waiting in its outbound buffer.
 * <b>Thread:</b> the channel's event loop. <b>Failure:</b> 0 bytes written; Netty, asked next, meets the same error and closes the
 * channel. <b>Source:</b> docs/decisions/0009.
 */
final class KernelWriter {

    private KernelWriter() {}

    /** Null where only Netty can write: another transport than epoll. */
    static @Nullable FileDescriptor descriptorOf(Channel channel) {
        return channel instanceof EpollSocketChannel epoll ? epoll.fd() : null;
    }

    /** @return how many bytes the kernel took; the buffer's indexes stay as they are */
    static int write(FileDescriptor descriptor, ByteBuf bytes) {
        int start = bytes.readerIndex();
        int length = bytes.readableBytes();
        try {
            if (bytes.hasMemoryAddress()) {
                return descriptor.writeAddress(bytes.memoryAddress(), start, start + length);
            }
            java.nio.ByteBuffer nio = bytes.internalNioBuffer(start, length);
            return descriptor.write(nio, nio.position(), nio.limit());
        } catch (IOException e) {
            return 0;
        }
    }
}
