package io.pushmanager.nodeclient;

import io.pushmanager.core.link.LinkViolation;
import io.pushmanager.core.message.Limits;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the body of a gRPC stream into its messages, however the body was cut on its way.
 *
 * <p><b>Bound:</b> one message, {@link Limits#MAX_GRPC_MESSAGE_BYTES}. <b>Failure:</b> a {@link LinkViolation}; nothing
 * can be read after it. <b>Thread:</b> its owner's.
 */
final class GrpcMessages {

    private static final int PREFIX_BYTES = 5;

    /** Takes a message, which is in the buffer from {@code start} to {@code end} until this returns. */
    @FunctionalInterface
    interface Messages {
        void message(Buffer in, int start, int end);
    }

    private final Messages messages;
    /** The beginning of a message whose end has not come. */
    private @Nullable Buffer begun;

    GrpcMessages(Messages messages) {
        this.messages = messages;
    }

    void append(Buffer chunk) {
        Buffer before = begun;
        Buffer all = before == null ? chunk : before.appendBuffer(chunk);
        begun = null;
        int start = 0;
        while (all.length() - start >= PREFIX_BYTES) {
            int end = start + PREFIX_BYTES + length(all, start);
            if (end > all.length()) {
                break;
            }
            messages.message(all, start + PREFIX_BYTES, end);
            start = end;
        }
        if (start < all.length()) {
            begun = Buffer.buffer(all.length() - start).appendBuffer(all, start, all.length() - start);
        }
    }

    private static int length(Buffer all, int start) {
        long length = all.getUnsignedInt(start + 1);
        if (all.getByte(start) != 0) {
            throw new LinkViolation("a compressed message, although none was asked for");
        }
        if (length > Limits.MAX_GRPC_MESSAGE_BYTES) {
            throw new LinkViolation("a message of " + length + " bytes");
        }
        return (int) length;
    }
}
