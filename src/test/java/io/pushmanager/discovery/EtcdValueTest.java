package io.pushmanager.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.pushmanager.config.Role;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.discovery.EtcdValue.BadValueException;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EtcdValueTest {

    private static final String ADDRESS = "10.0.0.7:50052";
    private static final String FULL = """
            {"Op":0,"Addr":"10.0.0.7:50052","Metadata":{"node_id":"n1","instance_id":"i1","state":"serving",\
            "public_url":"ws://x/ws","version":"1","capabilities":["link.v1"]}}""";

    @Test
    void readsTheValueOfTheContract() throws Exception {
        assertThat(read(FULL))
                .isEqualTo(new NodeInfo("n1", ADDRESS, "i1", false, "ws://x/ws", "1", Set.of("link.v1"), 42));
    }

    @Test
    void writesTheValueOfTheContract() throws Exception {
        assertThat(EtcdValue.write(read(FULL)).toStringUtf8()).isEqualTo(FULL);
        assertThat(EtcdValue.write(read(FULL).asDraining()).toStringUtf8()).contains("\"state\":\"draining\"");
    }

    @Test
    void readsWhatItWrites() throws Exception {
        NodeInfo node = new NodeInfo("ü \"n\"", ADDRESS, "i", true, "", "", Set.of("a", "b"), 42);

        assertThat(EtcdValue.read(Role.CONNECT_NODE, ADDRESS, EtcdValue.write(node), 42))
                .isEqualTo(node);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.7:50052",
                " 10.0.0.7:50052\n",
                "{\"Op\":0,\"Addr\":\"10.0.0.7:50052\"}",
                "{\"Addr\":\"10.0.0.7:50052\",\"Metadata\":null}",
                " {\"Op\":0,\"Addr\":\"10.0.0.7:50052\",\"Metadata\":{}}"
            })
    void acceptsABareAddressAndAValueWithoutMetadata(String value) throws Exception {
        assertThat(read(value))
                .isEqualTo(new NodeInfo("connect-node-" + ADDRESS, ADDRESS, "", false, "", "", Set.of(), 42));
    }

    @Test
    void ignoresFieldsAndStatesItDoesNotKnow() throws Exception {
        assertThat(read("{\"Addr\":\"10.0.0.7:50052\",\"New\":[],\"Metadata\":{\"state\":\"starting\",\"zone\":7}}")
                        .draining())
                .isFalse();
    }

    @ParameterizedTest
    @Tag("bad-input-19")
    @ValueSource(
            strings = {
                "",
                " ",
                "not json",
                "{",
                "[]",
                "\"10.0.0.7:50052\"",
                "{}",
                "{\"Addr\":\"10.0.0.7:50052\"} more",
                "{\"Addr\":7}",
                "{\"Addr\":\"10.0.0.8:50052\"}",
                "10.0.0.8:50052",
                "{\"Op\":1,\"Addr\":\"10.0.0.7:50052\"}",
                "{\"Addr\":\"10.0.0.7:50052\",\"Metadata\":\"weight\"}",
                "{\"Addr\":\"10.0.0.7:50052\",\"Metadata\":{\"node_id\":5}}",
                "{\"Addr\":\"10.0.0.7:50052\",\"Metadata\":{\"node_id\":\"a\\nb\"}}",
                "{\"Addr\":\"10.0.0.7:50052\",\"Metadata\":{\"capabilities\":\"link.v1\"}}",
                "{\"Addr\":\"10.0.0.7:50052\",\"Metadata\":{\"capabilities\":[1]}}"
            })
    void refusesWhatIsNeither(String value) {
        assertThatThrownBy(() -> read(value)).isInstanceOf(BadValueException.class);
    }

    @ParameterizedTest
    @Tag("bad-input-19")
    @ValueSource(
            strings = {
                "10.0.0.7:0",
                "10.0.0.7:65536",
                "10.0.0.7:port",
                "10.0.0.7:",
                "10.0.0.7",
                ":50052",
                "a b:1",
                "a/b:1"
            })
    void refusesAKeyThatIsNoAddress(String address) {
        assertThatThrownBy(() -> EtcdValue.read(Role.CONNECT_NODE, address, ByteString.copyFromUtf8(address), 1))
                .isInstanceOf(BadValueException.class)
                .hasMessageContaining("host:port");
    }

    @Test
    void acceptsHostNamesAndIpv6() throws Exception {
        for (String address : Set.of("node-1.example_x.org:1", "[::1]:65535", "n:50052")) {
            assertThat(EtcdValue.read(Role.CONNECT_NODE, address, ByteString.copyFromUtf8(address), 1)
                            .address())
                    .isEqualTo(address);
        }
    }

    @Test
    @Tag("bad-input-19")
    void refusesAHugeValueUnread() {
        ByteString huge = ByteString.copyFrom(new byte[1 << 20]);

        assertThatThrownBy(() -> EtcdValue.read(Role.CONNECT_NODE, ADDRESS, huge, 1))
                .isInstanceOf(BadValueException.class)
                .hasMessage("the value is larger than 65536 bytes");
    }

    @Test
    @Tag("bad-input-19")
    void saysWhatIsWrongWithoutQuotingTheValue() {
        assertThatThrownBy(() -> read("{\"Addr\": sesame}"))
                .hasMessageContaining("not JSON (line 1, column")
                .hasMessageNotContaining("sesame");
    }

    @Test
    @Tag("bad-input-19")
    void refusesOrReadsGarbageAndNothingElse() {
        for (long seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            byte[] value = FULL.getBytes(java.nio.charset.StandardCharsets.UTF_8);
            for (int i = random.nextInt(4); i >= 0; i--) {
                value[random.nextInt(value.length)] = (byte) random.nextInt(256);
            }
            try {
                NodeInfo node = EtcdValue.read(Role.CONNECT_NODE, ADDRESS, ByteString.copyFrom(value), 1);
                assertThat(node.address()).as("seed %d", seed).isEqualTo(ADDRESS);
            } catch (BadValueException refused) {
                assertThat(refused.getMessage()).isNotEmpty();
            } catch (RuntimeException unexpected) {
                throw new AssertionError("seed " + seed, unexpected);
            }
        }
    }

    @Test
    void namesProcessesOfOtherRolesByTheirRole() throws Exception {
        assertThat(EtcdValue.read(Role.PUSH_MANAGER, "m:1", ByteString.copyFromUtf8("m:1"), 1)
                        .nodeId())
                .isEqualTo("push-manager-m:1");
        assertThat(Map.of(Role.CONNECT_NODE.keyOf("a:1"), 1)).containsKey("/services/connect-node/a:1");
    }

    private static NodeInfo read(String value) throws BadValueException {
        return EtcdValue.read(Role.CONNECT_NODE, ADDRESS, ByteString.copyFromUtf8(value), 42);
    }
}
