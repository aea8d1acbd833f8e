package io.pushmanager.app;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.spi.transport.Transport;
import java.net.SocketAddress;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * A transport whose HTTP servers write the answers of one turn of an event loop to a connection with one system call, instead of with
 * two for each answer: Vert.x flushes after the message and again after the trailers.
 *
 * <p>Everything else is the other transport's. Sockets that Vert.x does not serve HTTP over have their own way to join
 * (docs/decisions/0009).
 *
 * <p><b>Order, failure:</b> as without it; what is held is flushed before a close. <b>Time:</b> when the turn ends, and before that at the
 * end of a read or after {@value #MOST_FLUSHES} flushes. <b>Thread:</b> as the other's. <b>Source:</b> docs/decisions/0020.
 */
final class JoinedWrites implements Transport {

    private static final int MOST_FLUSHES = 256;

    private final Transport to;

    private JoinedWrites(Transport to) {
        this.to = to;
    }

    static io.vertx.core.transport.Transport over(io.vertx.core.transport.Transport transport) {
        JoinedWrites joined = new JoinedWrites(transport.implementation());
        return new io.vertx.core.transport.Transport() {
            @Override
            public String name() {
                return transport.name();
            }

            @Override
            public boolean available() {
                return transport.available();
            }

            @Override
            public @Nullable Throwable unavailabilityCause() {
                return transport.unavailabilityCause();
            }

            @Override
            public Transport implementation() {
                return joined;
            }
        };
    }

    @Override
    public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
        to.configure(options, domainSocket, bootstrap);
        if (options instanceof HttpServerOptions) {
            ChannelHandler served = bootstrap.config().childHandler();
            bootstrap.childHandler(new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                    channel.pipeline()
                            .addLast(new FlushConsolidationHandler(MOST_FLUSHES, true))
                            .addLast(served);
                }
            });
        }
    }

    // ---- as it is

    @Override
    public boolean supportsDomainSockets() {
        return to.supportsDomainSockets();
    }

    @Override
    public boolean supportFileRegion() {
        return to.supportFileRegion();
    }

    @Override
    public boolean isAvailable() {
        return to.isAvailable();
    }

    @Override
    public @Nullable Throwable unavailabilityCause() {
        return to.unavailabilityCause();
    }

    @Override
    public SocketAddress convert(io.vertx.core.net.SocketAddress address) {
        return to.convert(address);
    }

    @Override
    public io.vertx.core.net.@Nullable SocketAddress convert(SocketAddress address) {
        return to.convert(address);
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
        return to.ioHandlerFactory();
    }

    @Override
    public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory threadFactory, int ioRatio) {
        return to.eventLoopGroup(type, threads, threadFactory, ioRatio);
    }

    @Override
    public DatagramChannel datagramChannel() {
        return to.datagramChannel();
    }

    @Override
    @SuppressWarnings("deprecation") // of Netty's, in the interface
    public DatagramChannel datagramChannel(InternetProtocolFamily family) {
        return to.datagramChannel(family);
    }

    @Override
    public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
        return to.channelFactory(domainSocket);
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        return to.serverChannelFactory(domainSocket);
    }

    @Override
    public void configure(DatagramChannel channel, DatagramSocketOptions options) {
        to.configure(channel, options);
    }

    @Override
    public void configure(ClientOptionsBase options, int connectTimeout, boolean domainSocket, Bootstrap bootstrap) {
        to.configure(options, connectTimeout, domainSocket, bootstrap);
    }
}
