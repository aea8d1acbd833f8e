package io.pushmanager.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.DiscoveryStrategyConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.NetworkConfig;
import io.pushmanager.config.HostPort;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.Collection;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How the engine and the bus are set up: one place, for every member must agree. docs/decisions/0014 says why.
 *
 * <p>A member that is gone is given up when its connections break; parts of a cluster look for one another every {@value
 * #MERGE_SECONDS} s.
 */
final class HazelcastSettings {

    private static final int MERGE_SECONDS = 5;
    private static final int CONNECT_MILLIS = 3_000;
    private static final int PING_MILLIS = 5_000;

    private HazelcastSettings() {}

    /** @param others asked by a thread of the engine whenever it looks for members */
    static Config engine(MemberSettings member, Supplier<Collection<HostPort>> others) {
        Config config = new Config();
        config.setClusterName(member.name());
        config.setInstanceName(null);
        Map.ofEntries(
                        Map.entry("hazelcast.logging.type", "slf4j"),
                        Map.entry("hazelcast.phone.home.enabled", "false"),
                        Map.entry("hazelcast.shutdownhook.enabled", "false"),
                        Map.entry("hazelcast.discovery.enabled", "true"),
                        // The least at which others are looked for at all.
                        Map.entry("hazelcast.wait.seconds.before.join", "1"),
                        Map.entry("hazelcast.max.wait.seconds.before.join", "2"),
                        Map.entry("hazelcast.local.localAddress", member.host()),
                        Map.entry("hazelcast.socket.bind.any", "false"),
                        Map.entry("hazelcast.socket.server.bind.any", "false"),
                        Map.entry("hazelcast.socket.connect.timeout.seconds", "3"),
                        Map.entry("hazelcast.heartbeat.interval.seconds", "1"),
                        Map.entry(
                                "hazelcast.max.no.heartbeat.seconds",
                                Long.toString(member.silence().toSeconds())),
                        Map.entry("hazelcast.merge.first.run.delay.seconds", Integer.toString(MERGE_SECONDS)),
                        Map.entry("hazelcast.merge.next.run.delay.seconds", Integer.toString(MERGE_SECONDS)),
                        Map.entry("hazelcast.operation.call.timeout.millis", "10000"),
                        // When the oldest member stands still, the next one asks the others whether they agree, and
                        // asks those again that have not noticed yet: this often, 20 times take some 4 s. Of 4 times
                        // all are over at once, which leaves out who notices a second later. The default takes 120 s.
                        Map.entry("hazelcast.mastership.claim.timeout.seconds", "20"),
                        Map.entry("hazelcast.graceful.shutdown.max.wait", "5"),
                        Map.entry("hazelcast.operation.thread.count", "2"),
                        Map.entry("hazelcast.io.thread.count", "1"))
                .forEach(config::setProperty);
        config.getMetricsConfig().setEnabled(false);
        network(config.getNetworkConfig(), member, others);
        config.addMultiMapConfig(new MultiMapConfig("__vertx.subs")
                .setBackupCount(1)
                .setValueCollectionType(MultiMapConfig.ValueCollectionType.SET));
        config.getMapConfig("__vertx.haInfo").setBackupCount(1);
        config.getMapConfig("__vertx.nodeInfo").setBackupCount(1);
        return config;
    }

    private static void network(NetworkConfig network, MemberSettings member, Supplier<Collection<HostPort>> others) {
        network.setPort(member.port()).setPortAutoIncrement(false).setReuseAddress(true);
        if (!member.publicHost().isEmpty()) {
            network.setPublicAddress(member.publicHost());
        }
        JoinConfig join = network.getJoin();
        join.getMulticastConfig().setEnabled(false);
        join.getAutoDetectionConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(false);
        join.getDiscoveryConfig()
                .addDiscoveryStrategyConfig(new DiscoveryStrategyConfig(new MemberDiscovery.Factory(others), Map.of()));
    }

    static EventBusOptions bus(MemberSettings member) {
        EventBusOptions options = new EventBusOptions()
                .setHost(member.host())
                .setPort(member.busPort())
                .setClusterPublicHost(member.reachedBy())
                .setClusterPingInterval(PING_MILLIS)
                .setClusterPingReplyInterval(PING_MILLIS)
                .setConnectTimeout(CONNECT_MILLIS);
        options.setTcpNoDelay(true);
        member.tls().ifPresent(tls -> options.setSsl(true)
                .setKeyCertOptions(
                        new PemKeyCertOptions().addCertPath(tls.certificate()).addKeyPath(tls.key()))
                .setTrustOptions(new PemTrustOptions().addCertPath(tls.trust()))
                .setClientAuth(ClientAuth.REQUIRED));
        return options;
    }
}
