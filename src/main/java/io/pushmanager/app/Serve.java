package io.pushmanager.app;

import com.github.f4b6a3.ulid.UlidCreator;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pushmanager.bus.Bus;
import io.pushmanager.cli.ServeAction;
import io.pushmanager.cli.ServeOptions;
import io.pushmanager.cli.VersionProvider;
import io.pushmanager.config.ConfigError;
import io.pushmanager.config.ConfigException;
import io.pushmanager.config.LayeredConfigReader;
import io.pushmanager.config.Role;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.BuildInfo;
import io.pushmanager.telemetry.Health;
import io.pushmanager.telemetry.Logging;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.Strain;
import io.pushmanager.telemetry.Tracing;
import io.vertx.core.Vertx;
import io.vertx.core.transport.Transport;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The command {@code serve}: from configuration to a running process, and to its end. <b>Thread:</b> main. */
final class Serve implements ServeAction {

    private static final int CLEAN = 0;
    private static final int FAILURE = 1;
    private static final long START_TIMEOUT_SECONDS = 60;
    private static final long CLOSE_TIMEOUT_SECONDS = 5;
    /** Readiness waits 10 s for managers; an operator is told before. */
    private static final long READY_PATIENCE_SECONDS = 2;

    private final WarmUp warmUp;

    Serve(WarmUp warmUp) {
        this.warmUp = warmUp;
    }

    @Override
    public int serve(ServeOptions options) throws Exception {
        warmUp.begin();
        Set<Role> roles = options.roles();
        LayeredConfigReader reader = options.load(System.getenv());
        Settings settings = Settings.read(reader, roles);
        reader.finish();
        Logging.configure(settings.process().logFormat(), settings.process().logLevel());
        Logger log = LoggerFactory.getLogger(Serve.class);

        Transport transport = Transports.of(settings.process().transport());
        log.info("sockets are served by {}", transport.name());
        Platform platform = platform(roles, warmUp.take(transport));
        Server server = new Server(platform, settings);
        CountDownLatch stop = new CountDownLatch(1);
        StopSignals.handle(stop::countDown);
        try {
            await(server.start(), START_TIMEOUT_SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
            log.error("could not start: {}", cause.getMessage() == null ? cause.toString() : cause.getMessage());
            close(platform);
            return FAILURE;
        }
        try {
            await(server.ready(), READY_PATIENCE_SECONDS);
        } catch (TimeoutException e) {
            log.warn("serving, but not ready yet: {}", platform.health().failures());
        }
        StrainWatch.start(
                settings.strain(), platform.strain(), platform.health(), platform.meters(), platform.clocks());
        Greeting.show(server.describe(), log);
        stop.await();
        await(server.drain(), settings.process().shutdownTimeout().toSeconds() + CLOSE_TIMEOUT_SECONDS);
        close(platform);
        log.info("stopped");
        return CLEAN;
    }

    private static Platform platform(Set<Role> roles, WarmUp.Ready ready) {
        Clocks clocks = new Clocks(System::nanoTime, System::currentTimeMillis);
        String version = VersionProvider.version();
        PrometheusMeterRegistry registry = ready.registry();
        Meters meters = new Meters(registry);
        BuildInfo.register(registry, version, roles.stream().map(Role::label).collect(Collectors.toSet()));
        Vertx vertx = ready.vertx();
        return new Platform(
                vertx,
                Bus.of(vertx),
                clocks,
                registry,
                meters,
                new Health(),
                new Strain(),
                tracing(),
                UlidCreator.getUlid().toString(),
                version);
    }

    private static Tracing tracing() {
        try {
            return Tracing.fromEnvironment("push-manager");
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    List.of(new ConfigError("environment", "OTEL_*", String.valueOf(e.getMessage()))));
        }
    }

    private static void close(Platform platform) throws InterruptedException {
        platform.tracing().close();
        try {
            await(platform.vertx().close(), CLOSE_TIMEOUT_SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LoggerFactory.getLogger(Serve.class).warn("closed unclean: {}", e.toString());
        }
    }

    private static void await(io.vertx.core.Future<?> future, long seconds)
            throws InterruptedException, ExecutionException, TimeoutException {
        future.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
    }
}
