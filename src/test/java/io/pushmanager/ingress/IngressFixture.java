package io.pushmanager.ingress;

import static io.pushmanager.wire.grpc.GrpcProbe.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pushmanager.bus.Bus;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushResult;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.Content;
import io.pushmanager.telemetry.Health;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.Strain;
import io.pushmanager.telemetry.Tracing;
import io.pushmanager.testing.MapConfigReader;
import io.pushmanager.testing.PlayedFanOut;
import io.pushmanager.wire.grpc.GrpcProbe;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** An ingress with a fan-out that the test plays. */
final class IngressFixture implements AutoCloseable {

    static final Content HELLO =
            Content.newBuilder().setType("TEXT").setData("hello").build();
    static final Function<PushMessage, Future<PushAnswer>> NOBODY =
            message -> Future.succeededFuture(new PushResult(message.messageId(), 0, 0, null, List.of(), false));

    final Vertx vertx = Vertx.vertx();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final Meters meters = new Meters(registry);
    final Health health = new Health();
    final Strain strain = new Strain();
    final List<PushMessage> pushed = new CopyOnWriteArrayList<>();
    final Bus bus = Bus.of(vertx);
    final Clocks clocks = new Clocks(System::nanoTime, System::currentTimeMillis);
    final IngressGate gate;
    final AtomicInteger port = new AtomicInteger();
    final String deployment;
    volatile Function<PushMessage, Future<PushAnswer>> fanOut = NOBODY;

    IngressFixture(int maxInFlight, int streamWindow) {
        this(Map.of(
                "ingress.max-in-flight",
                Integer.toString(maxInFlight),
                "ingress.stream-window",
                Integer.toString(streamWindow)));
    }

    IngressFixture(Map<String, String> settings) {
        IngressConfig config = config(settings);
        gate = new IngressGate(config, clocks, meters, strain);
        PlayedFanOut.on(bus, message -> {
            pushed.add(message);
            return fanOut.apply(message);
        });
        deployment = await(vertx.deployVerticle(
                () -> new IngressVerticle(config, gate, bus, clocks, meters, health, Tracing.off(), port::set),
                new DeploymentOptions().setInstances(2)));
    }

    /** Defaults but for these settings, on a free port. */
    static IngressConfig config(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("manager.id", "manager");
        all.put("manager.grpc.port", "0");
        return IngressConfig.read(MapConfigReader.of(all));
    }

    GrpcProbe probe() {
        return new GrpcProbe(vertx, port.get());
    }

    double requests(String api, String code) {
        io.micrometer.core.instrument.Counter counter = registry.find("push_manager_api_requests")
                .tags("api", api, "code", code)
                .counter();
        return counter == null ? 0 : counter.count();
    }

    double refused(String reason) {
        io.micrometer.core.instrument.Counter counter = registry.find("push_manager_ingress_refused")
                .tags("reason", reason)
                .counter();
        return counter == null ? 0 : counter.count();
    }

    double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
