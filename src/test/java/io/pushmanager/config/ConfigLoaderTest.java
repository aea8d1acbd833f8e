package io.pushmanager.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Through vertx-config itself, from real files. */
class ConfigLoaderTest {

    @TempDir
    Path directory;

    private String file(byte[] content) throws IOException {
        Path file = directory.resolve("x.yaml");
        Files.write(file, content);
        return file.toString();
    }

    private String file(String content) throws IOException {
        return file(content.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> errors(LayeredConfigReader in) {
        return in.errors().stream().map(ConfigError::toString).toList();
    }

    @Test
    void mergesFileEnvironmentAndCommandLine() throws IOException {
        String file = file("\uFEFFnode.id: file\nmanager.id: file\ncontroller.id: file\nlist: [a, 'b,c']\n");
        Map<String, String> environment =
                Map.of("CONFIG_FILE", file, "NODE_ID", "env", "MANAGER_ID", "env", "node.id", "not a variable of ours");

        LayeredConfigReader in = ConfigLoader.load(Role.all(), null, List.of("node.id=cli"), environment);

        assertThat(in.string(ConfigKeys.NODE_ID, "")).isEqualTo("cli");
        assertThat(in.string(ConfigKeys.MANAGER_ID, "")).isEqualTo("env");
        assertThat(in.string(ConfigKeys.CONTROLLER_ID, "")).isEqualTo("file");
        assertThat(in.strings("list", List.of())).containsExactly("a", "b,c");
        assertThat(in.entries())
                .extracting(LayeredConfigReader.Entry::origin)
                .containsExactly(file + ":3", file + ":4", "environment MANAGER_ID", "command line");
        assertThat(in.errors()).isEmpty();
    }

    @Test
    void optionWinsOverTheVariableForTheFile() throws IOException {
        String file = file("node.id: file\n");

        LayeredConfigReader in = ConfigLoader.load(Role.all(), file, List.of(), Map.of("CONFIG_FILE", "/missing"));

        assertThat(in.string(ConfigKeys.NODE_ID, "")).isEqualTo("file");
        assertThat(in.errors()).isEmpty();
    }

    @Test
    @Tag("bad-input-22")
    void errorsOfEverySourceComeTogether() throws IOException {
        String file = file("node.http.port: 70000\nnode.http.port: 1\n");

        LayeredConfigReader in =
                ConfigLoader.load(Role.all(), file, List.of("x"), Map.of("PM_NOTHING", "1", "METRICS_PORT", "x"));
        in.port(ConfigKeys.NODE_HTTP_PORT, 8080);
        in.port(ConfigKeys.METRICS_PORT, 9093);

        assertThat(errors(in)).hasSize(5).anyMatch(line -> line.startsWith(file + ":1: node.http.port: \"70000\""));
    }

    @Test
    @Tag("bad-input-22")
    void fileThatCannotBeReadIsNamedWithWhoNamedIt() {
        String missing = directory.resolve("missing.yaml").toString();

        assertThat(errors(ConfigLoader.load(Role.all(), missing, List.of(), Map.of())))
                .singleElement()
                .asString()
                .startsWith("command line --config: \"" + missing + "\" does not exist");
        assertThat(errors(ConfigLoader.load(Role.all(), null, List.of(), Map.of("CONFIG_FILE", directory.toString()))))
                .singleElement()
                .asString()
                .startsWith("environment CONFIG_FILE: \"" + directory + "\" is not a file");
    }

    @Test
    @Tag("bad-input-22")
    void bytesThatAreNotUtf8AreAnError() throws IOException {
        String file = file(new byte[] {'a', ':', ' ', (byte) 0xff, '\n'});

        assertThat(errors(ConfigLoader.load(Role.all(), file, List.of(), Map.of())))
                .containsExactly(file + ": bytes that are not UTF-8 (allowed: a YAML file in UTF-8)");
    }
}
