package io.pushmanager.connect.http;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.pushmanager.connect.socket.SocketPipeline;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Strain;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives every new connection of one event loop our HTTP handlers. The one class that touches what is internal to Vert.x.
 *
 * <p>Vert.x listens, spreads connections over the event loops, and closes them with the server; of what it puts into the
 * pipeline nothing is left once a connection is a WebSocket. <b>Thread:</b> the event loop. <b>Source:</b> docs/decisions/0005.
 */
public final class HttpAcceptor {

    private static final Logger log = LoggerFactory.getLogger(HttpAcceptor.class);

    private static final String VERTX_HANDLER = "handler";
    private static final String CODEC = "http";
    private static final String AGGREGATOR = "aggregator";
    private static final String ROUTES = "routes";
    private static final int MAX_REQUEST_LINE_BYTES = 96 * 1024; // 100 rooms of 256 bytes, percent-encoded
    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final int MAX_BODY_BYTES = 8 * 1024; // nothing here takes one

    private final SocketPipeline sockets = new SocketPipeline(CODEC, HttpAcceptor::letGo);
    private final HttpRoutes routes;
    private final Upgrades upgrades;
    private final PendingConnections pending;
    private final Clocks clocks;
    private final Strain strain;

    public HttpAcceptor(
            HttpRoutes routes, Upgrades upgrades, PendingConnections pending, Clocks clocks, Strain strain) {
        this.routes = routes;
        this.upgrades = upgrades;
        this.pending = pending;
        this.clocks = clocks;
        this.strain = strain;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a close that fails finds the channel closed
    public void accept(NetSocket connection) {
        ChannelHandlerContext vertx = ((NetSocketInternal) connection).channelHandlerContext();
        ChannelPipeline pipeline = vertx.pipeline();
        boolean mayStay = strain.takesConnection();
        if (!mayStay && strain.isOutOfDescriptors()) {
            pipeline.channel().close();
            return;
        }
        HttpDecoderConfig limits = new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES);
        pipeline.addBefore(VERTX_HANDLER, CODEC, new HttpServerCodec(limits));
        pipeline.addBefore(VERTX_HANDLER, AGGREGATOR, new HttpObjectAggregator(MAX_BODY_BYTES, true));
        pipeline.addBefore(
                VERTX_HANDLER,
                ROUTES,
                mayStay ? new HttpHandler(routes, upgrades, sockets, pending, clocks) : new NoRoomHandler());
    }

    /** For Vert.x the connection ends here: its metrics must not wait for an end that it will not see. */
    private static void letGo(ChannelPipeline pipeline) {
        ChannelHandlerContext context = pipeline.context(VERTX_HANDLER);
        ChannelHandler vertx = pipeline.remove(VERTX_HANDLER);
        try {
            if (vertx instanceof ChannelInboundHandler inbound) {
                inbound.channelInactive(context);
            }
        } catch (Exception e) {
            log.warn("Vert.x did not let go of a connection", e);
        }
    }
}
