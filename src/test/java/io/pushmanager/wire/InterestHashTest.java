package io.pushmanager.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InterestHashTest {

    @Test
    void staysWhatOtherVersionsHaveSaid() {
        assertThat(InterestHash.of("test")).isEqualTo(8_581_389_452_482_819_506L); // FarmHash's own
        assertThat(InterestHash.of("room-001")).isEqualTo(3_351_930_535_757_652_499L);
        assertThat(InterestHash.of("räume-😀-" + "x".repeat(200))).isEqualTo(-4_262_424_822_203_431_867L);
    }
}
