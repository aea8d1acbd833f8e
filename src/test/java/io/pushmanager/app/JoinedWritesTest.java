package io.pushmanager.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.transport.Transport;
import org.junit.jupiter.api.Test;

class JoinedWritesTest {

    private final ChannelHandler served = new ChannelInboundHandlerAdapter();
    private final Flushes flushes = new Flushes();

    @Test
    void whatOneTurnFlushesToAConnectionIsFlushedOnceWhenTheTurnEnds() {
        EmbeddedChannel connection = new EmbeddedChannel(flushes, childOf(new HttpServerOptions()));

        ChannelHandlerContext server = connection.pipeline().lastContext(); // the channel's own flush ends the turn
        server.flush();
        server.flush();
        server.flush();
        assertThat(flushes.count).isZero();

        connection.runPendingTasks();
        assertThat(flushes.count).isEqualTo(1);
        assertThat(connection.pipeline().last()).isSameAs(served);
        connection.finishAndReleaseAll();
    }

    @Test
    void whatWasFlushedLeavesBeforeAClose() {
        EmbeddedChannel connection = new EmbeddedChannel(flushes, childOf(new HttpServerOptions()));

        connection.pipeline().lastContext().flush();
        connection.close();

        assertThat(flushes.countAtClose).isEqualTo(1);
    }

    @Test
    void socketsThatAreNoHttpServersAreLeftAlone() {
        assertThat(childOf(new NetServerOptions())).isSameAs(served);
    }

    private ChannelHandler childOf(NetServerOptions options) {
        ServerBootstrap bootstrap = new ServerBootstrap().childHandler(served);
        JoinedWrites.over(Transport.NIO).implementation().configure(options, false, bootstrap);
        return bootstrap.config().childHandler();
    }

    /** Between the handlers under test and the network. */
    private static final class Flushes extends ChannelOutboundHandlerAdapter {
        int count;
        int countAtClose;

        @Override
        public void flush(ChannelHandlerContext context) {
            count++;
            context.flush();
        }

        @Override
        public void close(ChannelHandlerContext context, ChannelPromise promise) {
            countAtClose = count;
            context.close(promise);
        }
    }
}
