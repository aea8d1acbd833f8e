package io.pushmanager.core.membership;

import static io.pushmanager.core.membership.Nodes.A;
import static io.pushmanager.core.membership.Nodes.B;
import static io.pushmanager.core.membership.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeInfoTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.7:50052, 10.0.0.7, 50052",
        "node.example:1, node.example, 1",
        "[fd00::7]:50052, [fd00::7], 50052"
    })
    void lastColonPartsHostAndPort(String address, String host, int port) {
        assertThat(node(address, "i", 1).host()).isEqualTo(host);
        assertThat(node(address, "i", 1).port()).isEqualTo(port);
    }

    @Test
    void isTheSameProcessAtTheSameAddressWithTheSameInstance() {
        assertThat(node(A, "i", 1).isSameProcess(node(A, "i", 2).asDraining())).isTrue();
        assertThat(node(A, "i", 1).isSameProcess(node(B, "i", 1))).isFalse();
        assertThat(node(A, "i", 1).isSameProcess(node(A, "j", 1))).isFalse();
    }

    @Test
    void drainingChangesNothingElse() {
        NodeInfo draining = node(A, "i", 3).asDraining();

        assertThat(draining.draining()).isTrue();
        assertThat(draining)
                .usingRecursiveComparison()
                .ignoringFields("draining")
                .isEqualTo(node(A, "i", 3));
    }

    @Test
    void anotherRevisionChangesNothingElse() {
        assertThat(node(A, "i", 3).withRevision(4)).isEqualTo(node(A, "i", 4));
    }
}
