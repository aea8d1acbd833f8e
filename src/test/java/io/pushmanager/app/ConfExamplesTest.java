package io.pushmanager.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.config.ConfigLoader;
import io.pushmanager.config.LayeredConfigReader;
import io.pushmanager.config.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in conf/ is what the records read. */
class ConfExamplesTest {

    private static final Pattern KEY = Pattern.compile("^#?([a-z0-9.-]+): \\S", Pattern.MULTILINE);

    private static Path example(String role) {
        return Path.of("conf", role + ".yaml");
    }

    private static LayeredConfigReader read(String file, Set<Role> roles) {
        LayeredConfigReader in = ConfigLoader.load(roles, file, List.of(), Map.of());
        Settings.read(in, roles);
        return in;
    }

    private static Map<String, String> values(LayeredConfigReader in) {
        return in.entries().stream()
                .collect(Collectors.toMap(LayeredConfigReader.Entry::key, LayeredConfigReader.Entry::value));
    }

    private static Set<String> keysIn(Path file) throws IOException {
        Set<String> keys = new HashSet<>();
        Matcher matcher = KEY.matcher(Files.readString(file));
        while (matcher.find()) {
            keys.add(matcher.group(1));
        }
        return keys;
    }

    @ParameterizedTest
    @ValueSource(strings = {"push-manager", "connect-node", "controller-manager", "all"})
    void exampleIsRightAndShowsTheDefaults(String role) {
        Set<Role> roles = Role.parse(role).orElseThrow();

        LayeredConfigReader in = read(example(role).toString(), roles);

        assertThat(in.errors()).isEmpty();
        assertThat(values(in)).isEqualTo(values(read("", roles)));
        assertThat(in.entries())
                .anyMatch(entry -> entry.origin().startsWith(example(role).toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"push-manager", "connect-node", "controller-manager", "all"})
    void whatIsCommentedOutIsRightToo(String role) throws IOException {
        Set<Role> roles = Role.parse(role).orElseThrow();
        String text = Files.readString(example(role)).replaceAll("(?m)^#([a-z0-9.-]+: \\S)", "$1");
        Path file = Files.createTempFile("example", ".yaml");
        try {
            Files.writeString(file, text);

            assertThat(read(file.toString(), roles).errors()).isEmpty();
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void keyThatTwoRecordsReadIsWrongOnce() throws IOException {
        Path file = Files.createTempFile("wrong", ".yaml");
        try {
            Files.writeString(file, "drain.socket-grace: banana\n");

            assertThat(read(file.toString(), Role.all()).errors()).hasSize(1);
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void everyKeyStandsInTheExampleOfAllRoles() throws IOException {
        assertThat(keysIn(example("all")))
                .containsExactlyInAnyOrderElementsOf(
                        values(read("", Role.all())).keySet());
    }
}
