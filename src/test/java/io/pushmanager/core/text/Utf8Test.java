package io.pushmanager.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {

    private static final int[] FIRSTS = {0x00, 0x7e, 0x7ff, 0x800, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000};

    @Test
    void isAsLongAsTheEncodedText() {
        for (long seed = 1; seed <= 2_000; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(12); i > 0; i--) {
                text.append((char) (FIRSTS[random.nextInt(FIRSTS.length)] + random.nextInt(3)));
            }

            assertThat(Utf8.length(text.toString()))
                    .as("seed %d", seed)
                    .isEqualTo(text.toString().getBytes(StandardCharsets.UTF_8).length);
        }
    }
}
