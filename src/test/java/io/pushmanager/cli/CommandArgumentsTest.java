package io.pushmanager.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CommandArgumentsTest {

    private static byte[] commandLine(String... words) {
        return (String.join("\0", words) + "\0").getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void lettersThatTheLocaleLostAreReadAgain() {
        String[] damaged = {"push", "--all", "Gr\uFFFD\uFFFDe", ""};

        assertThat(CommandArguments.repaired(
                        damaged, commandLine("java", "-jar", "x.jar", "push", "--all", "Grüße", "")))
                .containsExactly("push", "--all", "Grüße", "");
    }

    @Test
    void bytesThatAreNoTextAreLeftAsTheJvmSawThem() {
        String[] damaged = {"Gr\uFFFDe"};

        assertThat(CommandArguments.repaired(damaged, new byte[] {'j', 0, (byte) 0xff, 0}))
                .isSameAs(damaged);
    }

    @Test
    void undamagedArgumentsAreNotTouched() {
        String[] arguments = {"push", "Grüße"};

        assertThat(CommandArguments.typed(arguments)).isSameAs(arguments);
    }
}
