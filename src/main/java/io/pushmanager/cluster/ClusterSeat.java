package io.pushmanager.cluster;

import com.hazelcast.core.HazelcastInstance;
import io.pushmanager.bus.JsonBus;
import io.pushmanager.config.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * This process's place in the cluster: a Vert.x of its own, so that nothing else of the process waits for it, and so that
 * it can be given up and taken anew.
 *
 * <p>It reaches past the bus to where members register their addresses, because only there an address can be taken back
 * while its consumer still answers, looked up, and put back.
 *
 * <p><b>Thread:</b> any. <b>Time:</b> a question to a member that does not answer ends when that member is given up.
 */
public final class ClusterSeat {

    private static final long LEAVE_MILLIS = 8_000;

    private final Vertx vertx;
    private final HazelcastClusterManager engine;
    private final ClusterManager manager;
    private final Map<String, RegistrationInfo> own = new ConcurrentHashMap<>();

    private ClusterSeat(Vertx vertx, HazelcastClusterManager engine) {
        this.vertx = vertx;
        this.engine = engine;
        this.manager = engine;
    }

    static Future<ClusterSeat> take(MemberSettings member, Supplier<Collection<HostPort>> others) {
        VertxOptions small =
                new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(2).setInternalBlockingPoolSize(4);
        UnsafeWarning.silence();
        HazelcastClusterManager engine = PushCluster.manager(member, others);
        return PushCluster.build(small, member, engine).map(vertx -> new ClusterSeat(vertx, engine));
    }

    public JsonBus bus() {
        return JsonBus.of(vertx);
    }

    /** How many members this one sees, itself included. */
    int members() {
        HazelcastInstance instance = engine.getHazelcastInstance();
        return isRunning() ? instance.getCluster().getMembers().size() : 0;
    }

    boolean isRunning() {
        HazelcastInstance instance = engine.getHazelcastInstance();
        return instance != null && instance.getLifecycleService().isRunning();
    }

    /** Learns how its consumers of these addresses are registered. Once they are. */
    Future<Void> remember(Collection<String> addresses) {
        return each(
                addresses, address -> find(address).onSuccess(found -> found.forEach(info -> own.put(address, info))));
    }

    /** Which of the remembered addresses senders do not find here. */
    Future<List<String>> missing() {
        List<String> missing = new ArrayList<>();
        return each(own.keySet(), address -> find(address).onSuccess(found -> {
                    if (found.isEmpty()) {
                        synchronized (missing) {
                            missing.add(address);
                        }
                    }
                }))
                .map(missing);
    }

    /** Takes back what is remembered and registers it again, so that every member hears of it. */
    Future<Void> registerAgain() {
        return withdraw()
                .compose(gone -> each(own.keySet(), address -> {
                    Promise<Void> done = Promise.promise();
                    manager.addRegistration(address, info(address), done);
                    return done.future();
                }));
    }

    /** Senders find these addresses here no more; what is on its way is still received. */
    Future<Void> withdraw() {
        return each(own.keySet(), address -> {
            Promise<Void> done = Promise.promise();
            manager.removeRegistration(address, info(address), done);
            return done.future();
        });
    }

    private RegistrationInfo info(String address) {
        return Objects.requireNonNull(own.get(address));
    }

    private Future<List<RegistrationInfo>> find(String address) {
        Promise<List<RegistrationInfo>> all = Promise.promise();
        manager.getRegistrations(address, all);
        return all.future().map(found -> found.stream()
                .filter(info -> info.nodeId().equals(manager.getNodeId()) && !info.localOnly())
                .toList());
    }

    private static Future<Void> each(Collection<String> addresses, Function<String, Future<?>> action) {
        return Future.join(addresses.stream().<Future<?>>map(action).toList()).mapEmpty();
    }

    /** Leaves the cluster in order, within {@value #LEAVE_MILLIS} ms. Never fails. */
    Future<Void> leave() {
        return vertx.close().timeout(LEAVE_MILLIS, TimeUnit.MILLISECONDS).otherwiseEmpty();
    }
}
