package io.pushmanager.discovery;

import static io.pushmanager.discovery.Fixture.access;
import static io.pushmanager.discovery.Fixture.done;
import static io.pushmanager.discovery.Fixture.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.ControllerSeen;
import io.pushmanager.bus.MembershipEvent;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.testing.EtcdServer;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who is in etcd, as nodes hear of Controllers and Controllers of nodes. */
@ExtendWith(VertxExtension.class)
class RegistryMirrorVerticleTest {

    @Test
    void aNodeHearsOfControllersThatComeDrainAndGo(Vertx vertx) {
        List<ControllerSeen> seen = new CopyOnWriteArrayList<>();
        Bus.of(vertx).consume(Addresses.CONTROLLERS, seen::add);
        try (EtcdServer etcd = EtcdServer.start()) {
            String key = "/services/controller-manager/10.0.0.1:50051";
            etcd.put(key, "10.0.0.1:50051");
            etcd.put("/services/controller-manager/10.0.0.2:50051", "nonsense");
            done(vertx.deployVerticle(RegistryMirrorVerticle.controllers(access(etcd.endpoint()), Bus.of(vertx))));
            soon().until(() -> seen.contains(new ControllerSeen("10.0.0.1:50051", true)));
            etcd.put("/services/controller-manager/10.0.0.3:50051", value("10.0.0.3:50051", true));
            soon().until(() -> seen.contains(new ControllerSeen("10.0.0.3:50051", false)));
            etcd.delete(key);

            soon().until(() -> seen.contains(new ControllerSeen("10.0.0.1:50051", false)));
            assertThat(seen).hasSize(3);
        }
    }

    @Test
    void aControllerHearsOfANodeThatGoesAndOfOneThatTakesItsPlace(Vertx vertx) {
        List<MembershipEvent> seen = new CopyOnWriteArrayList<>();
        Bus.of(vertx).consume(Addresses.REGISTERED_NODES, seen::add);
        try (EtcdServer etcd = EtcdServer.start()) {
            String key = "/services/connect-node/10.0.0.1:50052";
            etcd.put(key, value("10.0.0.1:50052", false));
            done(vertx.deployVerticle(RegistryMirrorVerticle.connectNodes(access(etcd.endpoint()), Bus.of(vertx))));
            soon().until(() -> seen.size() == 1 && seen.get(0) instanceof MembershipEvent.NodeUp);
            etcd.delete(key);

            soon().until(() -> seen.size() == 2 && seen.get(1) instanceof MembershipEvent.NodeDown);
        }
    }

    private static String value(String address, boolean draining) {
        return EtcdValue.write(new NodeInfo("n", address, "i", draining, "", "1", Set.of(), 0))
                .toStringUtf8();
    }
}
