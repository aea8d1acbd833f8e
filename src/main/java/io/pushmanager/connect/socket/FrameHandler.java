package io.pushmanager.connect.socket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.pushmanager.core.session.CloseCode;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends, frame by frame, held to RFC 6455: whole text messages go on, pings are answered, violations close.
 *
 * <p><b>Bound:</b> one message of {@link #MAX_MESSAGE_BYTES} in at most {@link #MAX_FRAGMENTS} frames.
 * <b>Thread:</b> the channel's event loop.
 */
final class FrameHandler extends ChannelInboundHandlerAdapter {

    static final int MAX_MESSAGE_BYTES = 64 * 1024;
    static final int MAX_FRAGMENTS = 4096;

    private final ClientSocket socket;
    private @Nullable ByteBuf fragments;
    private int fragmentCount;

    FrameHandler(ClientSocket socket) {
        this.socket = socket;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        socket.attach(ctx);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (message instanceof WebSocketFrame frame) {
                read(ctx, frame);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        dropFragments();
        socket.channelClosed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof CorruptedWebSocketFrameException violation) {
            int status = violation.closeStatus().code();
            if (status == CloseCode.TOO_BIG.number()) {
                violation(CloseCode.TOO_BIG, "frame over " + MAX_MESSAGE_BYTES + " bytes");
            } else if (status == CloseCode.INVALID_TEXT.number()) {
                violation(CloseCode.INVALID_TEXT, "not UTF-8");
            } else {
                violation(CloseCode.PROTOCOL_ERROR, "protocol error");
            }
        } else if (cause instanceof CorruptedFrameException) {
            violation(CloseCode.PROTOCOL_ERROR, "protocol error");
        } else {
            socket.abort(); // the connection broke: nobody to tell
        }
    }

    private void read(ChannelHandlerContext ctx, WebSocketFrame frame) {
        if (!socket.isOpen()) {
            if (frame instanceof CloseWebSocketFrame) {
                socket.abort();
            }
            return;
        }
        long now = socket.rules().clocks().nanoTime();
        socket.session().heard(now);
        if (frame instanceof TextWebSocketFrame || frame instanceof ContinuationWebSocketFrame) {
            readText(ctx, frame);
        } else if (frame instanceof CloseWebSocketFrame close) {
            dropFragments();
            socket.closedByClient(close.statusCode());
        } else if (frame instanceof BinaryWebSocketFrame) {
            violation(CloseCode.UNSUPPORTED_DATA, "text frames only");
        } else if (!socket.session().takeControl(now, socket.rules().controlsPerSecond())) {
            violation(CloseCode.POLICY, "too many pings");
        } else if (frame instanceof PingWebSocketFrame) {
            socket.sendControl(Frames.pong(frame.content()));
        } else if (!(frame instanceof PongWebSocketFrame)) {
            violation(CloseCode.PROTOCOL_ERROR, "unknown frame");
        }
    }

    private void readText(ChannelHandlerContext ctx, WebSocketFrame frame) {
        ByteBuf part = frame.content();
        if (frame.isFinalFragment() && fragments == null) {
            deliver(part);
            return;
        }
        ByteBuf message = fragments;
        if (message == null) {
            message = ctx.alloc().buffer(Math.max(256, part.readableBytes()));
            fragments = message;
            fragmentCount = 0;
        }
        if (message.readableBytes() + part.readableBytes() > MAX_MESSAGE_BYTES || ++fragmentCount > MAX_FRAGMENTS) {
            violation(CloseCode.TOO_BIG, "message over " + MAX_MESSAGE_BYTES + " bytes or too many fragments");
            return;
        }
        message.writeBytes(part);
        if (frame.isFinalFragment()) {
            fragments = null;
            try {
                deliver(message);
            } finally {
                message.release();
            }
        }
    }

    private void deliver(ByteBuf text) {
        if (Frames.isUtf8(text)) {
            socket.events().message(socket, text);
        } else {
            violation(CloseCode.INVALID_TEXT, "not UTF-8");
        }
    }

    private void violation(CloseCode code, String reason) {
        dropFragments();
        socket.close(code, reason);
    }

    private void dropFragments() {
        if (fragments != null) {
            fragments.release();
            fragments = null;
        }
    }
}
