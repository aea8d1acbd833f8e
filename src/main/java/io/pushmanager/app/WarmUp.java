package io.pushmanager.app;

import com.google.protobuf.Descriptors.FileDescriptor;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.pushmanager.config.TransportKind;
import io.pushmanager.proto.protocol.ProtocolProto;
import io.pushmanager.proto.pubsub.ConnectNodeProto;
import io.pushmanager.proto.pubsub.PushManagerProto;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * Makes what no setting changes, Vert.x before all, on a second core while the first one parses the command line and reads
 * the configuration. Loading and verifying classes is most of a start.
 *
 * <p><b>Thread:</b> main calls it; the work is done on a daemon thread. <b>Failure:</b> told by {@link #take}.
 */
final class WarmUp {

    /** What is made. */
    record Ready(Vertx vertx, Transport transport, PrometheusMeterRegistry registry) {}

    private final AtomicBoolean begun = new AtomicBoolean();
    private final CompletableFuture<Void> logging = new CompletableFuture<>();
    private final CompletableFuture<Ready> ready = new CompletableFuture<>();

    /** At the first call. */
    void begin() {
        if (begun.compareAndSet(false, true)) {
            Thread thread = new Thread(this::run, "warm-up");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** From now on classes that log may be loaded: they choose their logger once. */
    void loggingIsSet() {
        logging.complete(null);
    }

    /** Waits for it. After {@link #begin} and {@link #loggingIsSet}. Another transport than usual is begun with anew. */
    Ready take(Transport transport) {
        Ready made = ready.join();
        if (made.transport() == transport) {
            return made;
        }
        made.vertx().close();
        return new Ready(vertx(made.registry(), transport), transport, made.registry());
    }

    private void run() {
        try {
            loadDescriptors();
            logging.join();
            PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            Transport usual = Transports.of(TransportKind.AUTO);
            ready.complete(new Ready(vertx(registry, usual), usual, registry));
            loadHttp2();
            bindProcessMetrics(registry); // the slowest, and nobody waits for it
        } catch (Throwable e) {
            if (!ready.completeExceptionally(e)) {
                LoggerFactory.getLogger(WarmUp.class).warn("warm-up broke off", e); // the process serves all the same
            }
        }
    }

    private static void loadDescriptors() {
        Stream.of(PushManagerProto.getDescriptor(), ConnectNodeProto.getDescriptor(), ProtocolProto.getDescriptor())
                .map(FileDescriptor::getServices)
                .forEach(services -> {}); // the descriptors are what is wanted
    }

    private static Vertx vertx(PrometheusMeterRegistry registry, Transport transport) {
        return Vertx.builder()
                .with(new VertxOptions().setMetricsOptions(poolMetricsOnly()))
                .withTransport(JoinedWrites.over(transport))
                .withMetrics(new MicrometerMetricsFactory(registry))
                .build();
    }

    /** Vert.x's meters of requests, sockets and the bus would cost the hot path, and ours say more. */
    private static MicrometerMetricsOptions poolMetricsOnly() {
        MicrometerMetricsOptions options = new MicrometerMetricsOptions().setEnabled(true);
        for (MetricsDomain domain : MetricsDomain.values()) {
            if (domain != MetricsDomain.NAMED_POOLS) {
                options.addDisabledMetricsCategory(domain);
            }
        }
        return options;
    }

    private static void loadHttp2() {
        DefaultHttp2Connection connection = new DefaultHttp2Connection(true);
        DefaultHttp2ConnectionEncoder encoder =
                new DefaultHttp2ConnectionEncoder(connection, new DefaultHttp2FrameWriter());
        new DefaultHttp2ConnectionDecoder(connection, encoder, new DefaultHttp2FrameReader()).close();
        encoder.close();
    }

    @SuppressWarnings("resource") // lives as long as the process
    private static void bindProcessMetrics(PrometheusMeterRegistry registry) {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmGcMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
    }
}
