package io.pushmanager.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SharedIdsTest {

    private final SharedIds ids = new SharedIds();

    @Test
    void namesTheAddressesThatShareAnId() {
        ids.put(process("m1", "a:1", "i1"));
        ids.put(process("m2", "a:2", "i2"));
        assertThat(ids.shared()).isEmpty();

        ids.put(process("m1", "a:3", "i3"));

        assertThat(ids.shared()).isEqualTo(Map.of("m1", Set.of("a:1", "a:3")));
    }

    @Test
    void isOverWhenOneIsGoneLeavesOrIsRenamed() {
        NodeInfo first = process("m1", "a:1", "i1");
        ids.put(first);
        ids.put(process("m1", "a:2", "i2"));
        ids.put(process("m1", "a:3", "i3"));

        ids.put(process("m3", "a:3", "i4"));
        assertThat(ids.shared().get("m1")).containsExactly("a:1", "a:2");
        ids.put(first.asDraining());
        assertThat(ids.shared()).isEmpty();
    }

    @Test
    void anotherProcessAtTheSameAddressIsNotRemovedWithTheOneBefore() {
        ids.put(process("m1", "a:1", "i1"));
        ids.put(process("m1", "a:1", "i2"));
        ids.put(process("m1", "a:2", "i3"));

        ids.remove(process("m1", "a:1", "i1"));

        assertThat(ids.shared()).containsKey("m1");
    }

    private static NodeInfo process(String id, String address, String instance) {
        return new NodeInfo(id, address, instance, false, "", "1", Set.of(), 0);
    }
}
