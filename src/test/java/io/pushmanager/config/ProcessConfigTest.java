package io.pushmanager.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.testing.MapConfigReader;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ProcessConfigTest {

    private LayeredConfigReader in = MapConfigReader.empty();

    private ProcessConfig read(Set<Role> roles, String... keysAndValues) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            values.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        in = MapConfigReader.of(values);
        return ProcessConfig.read(in, roles);
    }

    private List<String> errors() {
        return in.errors().stream().map(ConfigError::toString).toList();
    }

    @Test
    void defaultsAreThoseOfTheContract() {
        ProcessConfig config = read(Role.all());

        assertThat(config.listenHost()).isEqualTo("127.0.0.1");
        assertThat(config.managerId()).isEqualTo("push-manager-1");
        assertThat(config.nodeId(50_052)).isEqualTo("connect-node-127.0.0.1:50052");
        assertThat(config.controllerId()).isEqualTo("controller-1");
        assertThat(config.controllerAddress()).isEqualTo(new HostPort("localhost", 50_051));
        assertThat(config.publicUrl(8080)).isEqualTo("ws://127.0.0.1:8080/ws");
        assertThat(config.metricsPort()).isEqualTo(9093);
        assertThat(config.shutdownTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.drainSocketGrace()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.logFormat()).isEqualTo(LogFormat.AUTO);
        assertThat(config.logLevel()).isEqualTo(LogLevel.INFO);
        assertThat(config.transport()).isEqualTo(TransportKind.AUTO);
        assertThat(errors()).isEmpty();
    }

    @Test
    void metricsPortDependsOnTheRole() {
        assertThat(read(EnumSet.of(Role.PUSH_MANAGER)).metricsPort()).isEqualTo(9093);
        assertThat(read(EnumSet.of(Role.CONNECT_NODE)).metricsPort()).isEqualTo(9091);
        assertThat(read(EnumSet.of(Role.CONTROLLER_MANAGER)).metricsPort()).isEqualTo(9090);
    }

    @Test
    void advertisesThePortThatWasTaken() {
        ProcessConfig config = read(EnumSet.of(Role.CONNECT_NODE));

        assertThat(config.advertised(Role.CONNECT_NODE, 41_234)).hasToString("127.0.0.1:41234");
        assertThat(config.nodeId(41_234)).isEqualTo("connect-node-127.0.0.1:41234");
    }

    @Test
    void advertisedAddressIsTheNodesAndTheOthersShareItsHost() {
        ProcessConfig config = read(Role.all(), "advertise.address", "10.0.0.7:6000");

        assertThat(config.advertised(Role.CONNECT_NODE, 50_052)).hasToString("10.0.0.7:6000");
        assertThat(config.advertised(Role.PUSH_MANAGER, 50_053)).hasToString("10.0.0.7:50053");
        assertThat(config.publicUrl(8080)).isEqualTo("ws://10.0.0.7:8080/ws");
    }

    @Test
    void advertisedAddressIsTheOnlyRoles() {
        ProcessConfig config = read(EnumSet.of(Role.PUSH_MANAGER), "advertise.address", "10.0.0.7:6000");

        assertThat(config.advertised(Role.PUSH_MANAGER, 50_053)).hasToString("10.0.0.7:6000");
    }

    @Test
    void advertisedPortZeroIsTheOneThatWasTaken() {
        ProcessConfig config = read(EnumSet.of(Role.CONNECT_NODE), "advertise.address", "10.0.0.7:0");

        assertThat(config.advertised(Role.CONNECT_NODE, 41_234)).hasToString("10.0.0.7:41234");
    }

    @Test
    void wildcardListenHostAdvertisesTheMachine() {
        ProcessConfig config = read(Role.all(), "listen.host", "0.0.0.0", "auth.mode", "none");

        assertThat(config.advertiseHost()).isNotBlank().isNotEqualTo("0.0.0.0");
        assertThat(errors()).isEmpty();
    }

    @Test
    void ipv6HostsStandInBrackets() {
        ProcessConfig config = read(Role.all(), "listen.host", "::1");

        assertThat(config.listenHost()).isEqualTo("::1");
        assertThat(config.publicUrl(8080)).isEqualTo("ws://[::1]:8080/ws");
        assertThat(errors()).isEmpty();
    }

    @Test
    @Tag("bad-input-22")
    void offLoopbackNoAuthenticationMustBeWrittenOut() {
        read(Role.all(), "listen.host", "10.0.0.7");

        assertThat(errors())
                .containsExactly(
                        "auth.mode: not set (allowed: none, which must be written out where listen.host is not a loopback"
                                + " address)");
    }

    @Test
    @Tag("bad-input-22")
    void loopbackAddressWithEtcdElsewhereStopsTheStart() {
        read(Role.all(), "discovery.etcd.endpoints", "localhost:2379,http://10.0.0.1:2379");
        assertThat(errors())
                .containsExactly("advertise.address: not set (allowed: an address that other machines reach, because"
                        + " discovery.etcd.endpoints has http://10.0.0.1:2379; the default is 127.0.0.1, from"
                        + " listen.host)");

        read(Role.all(), "discovery.etcd.endpoints", "etcd:2379", "advertise.address", "localhost:50052");
        assertThat(errors()).singleElement().asString().startsWith("test: advertise.address: \"localhost:50052\"");
    }

    @Test
    void loopbackAddressWithEtcdOnThisMachineIsFine() {
        read(Role.all(), "discovery.etcd.endpoints", "localhost:2379,http://127.0.0.1:2380,[::1]:2381");

        assertThat(errors()).isEmpty();
    }

    @Test
    @Tag("bad-input-22")
    void everyWrongValueIsTold() {
        read(
                Role.all(),
                "listen.host",
                "127.0.0.1:8080",
                "advertise.address",
                "0.0.0.0:50052",
                "auth.mode",
                "jwt",
                "manager.id",
                "m".repeat(257),
                "node.id",
                "a\u0000b",
                "controller.address",
                "localhost",
                "node.public-url",
                "http://x/ws",
                "metrics.port",
                "70000",
                "shutdown.timeout",
                "0s");

        assertThat(errors()).hasSize(9);
    }
}
