package io.pushmanager.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EtcdServerProcessTest {

    @Test
    void keepsItsDataThroughAKillAndForgetsItWhenWiped() {
        try (EtcdServer etcd = EtcdServer.start()) {
            etcd.put("/services/x/a", "1");
            etcd.killHard();
            etcd.restart();
            assertThat(etcd.list("/services/x/")).containsEntry("/services/x/a", "1");

            etcd.stop();
            etcd.wipe();
            etcd.restart();
            assertThat(etcd.list("/services/x/")).isEmpty();
        }
    }

    @Test
    void answersAgainAfterItWasFrozen() {
        try (EtcdServer etcd = EtcdServer.start()) {
            etcd.freeze();
            etcd.thaw();
            assertThat(etcd.put("/a", "1")).isEqualTo(2);
        }
    }
}
