package io.pushmanager.app;

import io.pushmanager.admin.AdminVerticle;
import io.pushmanager.config.ConfigKeys;
import io.pushmanager.config.HostPort;
import io.pushmanager.config.ProcessConfig;
import io.pushmanager.config.Role;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The roles of one process: started in the order in which they need one another, taken down in the order in which nothing
 * that was accepted is lost.
 *
 * <p><b>Failure:</b> what cannot start fails {@link #start}; a drain ends at {@code shutdown.timeout} whatever happens.
 */
final class Server {

    private static final Logger log = LoggerFactory.getLogger(Server.class);
    private static final String STARTING = "starting";
    private static final String DRAINING = "draining";
    private static final long READY_POLL_MILLIS = 10;

    private final Platform platform;
    private final Settings settings;
    private final AdminVerticle admin;
    private final List<RunningRole> started = new ArrayList<>();

    Server(Platform platform, Settings settings) {
        this.platform = platform;
        this.settings = settings;
        this.admin = new AdminVerticle(settings.admin(), platform.health(), platform.registry());
    }

    /** Completes when every role takes work. */
    Future<Void> start() {
        // The checks of a role that has not begun are not declared yet: without this one, those of the others would do.
        platform.health().down(STARTING, "not every role of this process takes work yet");
        Future<?> chain = Ports.naming(
                platform.vertx().deployVerticle(admin),
                ConfigKeys.METRICS_PORT,
                settings.admin().host(),
                settings.admin().port());
        for (RunningRole role : roles()) {
            chain = chain.compose(before -> role.start()).onSuccess(done -> started.add(role));
        }
        return chain.<Void>mapEmpty().onSuccess(all -> platform.health().up(STARTING));
    }

    private List<RunningRole> roles() {
        Discovery discovery = settings.discovery().usesEtcd()
                ? new EtcdDiscovery(platform, settings.discovery(), runs(Role.CONNECT_NODE))
                : new EmbeddedDiscovery(platform, managersHere());
        List<RunningRole> roles = new ArrayList<>();
        Supplier<List<HostPort>> controllers = this::configuredControllers;
        if (runs(Role.CONTROLLER_MANAGER)) {
            ControllerRole controller = new ControllerRole(platform, settings, discovery);
            roles.add(controller);
            controllers = () -> List.of(controller.localAddress());
        }
        if (runs(Role.CONNECT_NODE)) {
            ConnectNodeRole node = new ConnectNodeRole(platform, settings, discovery, controllers);
            admin.serve("/slow-sockets", node::slowSockets);
            roles.add(node);
        }
        if (runs(Role.PUSH_MANAGER)) {
            roles.add(new PushManagerRole(platform, settings, discovery, controllers));
        }
        return roles;
    }

    /** With etcd, Controllers are found there; one more is looked for only where somebody wrote its address. */
    private List<HostPort> configuredControllers() {
        HostPort address = settings.process().controllerAddress();
        boolean isDefault = address.equals(ProcessConfig.DEFAULT_CONTROLLER_ADDRESS);
        return settings.discovery().usesEtcd() && isDefault ? List.of() : List.of(address);
    }

    private Map<String, String> managersHere() {
        return runs(Role.PUSH_MANAGER)
                ? Map.of(platform.instanceId(), settings.process().managerId())
                : Map.of();
    }

    private boolean runs(Role role) {
        return settings.process().roles().contains(role);
    }

    /** Completes when readiness is first given. */
    Future<Void> ready() {
        Promise<Void> ready = Promise.promise();
        platform.vertx().setPeriodic(READY_POLL_MILLIS, timer -> {
            if (platform.health().isReady()) {
                platform.vertx().cancelTimer(timer);
                ready.tryComplete();
            }
        });
        return ready.future();
    }

    /** What runs where, one line each. */
    List<String> describe() {
        List<String> lines = new ArrayList<>();
        for (int i = started.size() - 1; i >= 0; i--) {
            lines.addAll(started.get(i).describe());
        }
        lines.add("metrics, health   http://" + hostOf(settings.admin().host()) + ":" + admin.port() + "/metrics");
        return lines;
    }

    private static String hostOf(String host) {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }

    /** Managers first: what they accepted goes out while the nodes of this process still deliver. */
    Future<Void> drain() {
        long timeoutMillis = settings.process().shutdownTimeout().toMillis();
        platform.health().down(DRAINING, "this process is leaving");
        log.info("draining, for {} ms at most", timeoutMillis);
        started.forEach(RunningRole::refuseNewWork);
        Future<Void> chain = Future.succeededFuture();
        for (int i = started.size() - 1; i >= 0; i--) {
            RunningRole role = started.get(i);
            chain = chain.compose(before -> role.drain());
        }
        for (RunningRole role : started) {
            chain = chain.compose(before -> role.leave());
        }
        return chain.timeout(timeoutMillis, TimeUnit.MILLISECONDS)
                .onFailure(failure -> log.warn("the drain did not finish in {} ms", timeoutMillis))
                .otherwiseEmpty();
    }
}
