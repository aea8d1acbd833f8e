package io.pushmanager.app;

import com.google.protobuf.Descriptors.FileDescriptor;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.pushmanager.proto.protocol.ProtocolProto;
import io.pushmanager.proto.pubsub.ConnectNodeProto;
import io.pushmanager.proto.pubsub.PushManagerProto;
import java.util.stream.Stream;

/**
 * Loads what a server needs on a second core while the first one reads the configuration. Loading and verifying classes is
 * most of a start, and what is loaded here is needed a moment later anyway.
 */
final class WarmUp {

    private WarmUp() {}

    static void begin() {
        Thread thread = new Thread(WarmUp::touch, "warm-up");
        thread.setDaemon(true);
        thread.start();
    }

    private static void touch() {
        Stream.of(PushManagerProto.getDescriptor(), ConnectNodeProto.getDescriptor(), ProtocolProto.getDescriptor())
                .map(FileDescriptor::getServices)
                .forEach(services -> {}); // the descriptors are what is wanted
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT).close();
        DefaultHttp2Connection connection = new DefaultHttp2Connection(true);
        DefaultHttp2ConnectionEncoder encoder =
                new DefaultHttp2ConnectionEncoder(connection, new DefaultHttp2FrameWriter());
        new DefaultHttp2ConnectionDecoder(connection, encoder, new DefaultHttp2FrameReader()).close();
        encoder.close();
    }
}
