package io.pushmanager.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ConfigReaderTest {

    private enum Mode {
        FAST,
        VERY_FAST
    }

    private static LayeredConfigReader reader(
            Set<Role> roles, List<String> commandLine, Map<String, String> environment, String yaml) {
        List<ConfigError> errors = new ArrayList<>();
        Map<String, ConfigValue> file = YamlFile.parse("x.yaml", yaml, errors);
        Map<String, ConfigValue> settings = ConfigSources.commandLine(commandLine, errors);
        return new LayeredConfigReader(new ConfigSources(roles, settings, environment, file, errors));
    }

    private static LayeredConfigReader yaml(String yaml) {
        return reader(Role.all(), List.of(), Map.of(), yaml);
    }

    private static LayeredConfigReader environment(Map<String, String> environment) {
        return reader(Role.all(), List.of(), environment, "");
    }

    private static List<String> errors(LayeredConfigReader in) {
        return in.errors().stream().map(ConfigError::toString).toList();
    }

    @Test
    void commandLineWinsOverEnvironmentOverFileOverDefault() {
        Map<String, String> environment = Map.of("PM_A_KEY", "env", "PM_B_KEY", "env");
        LayeredConfigReader in =
                reader(Role.all(), List.of("a.key=cli"), environment, "a.key: file\nb.key: file\nc.key: file\n");

        assertThat(in.string("a.key", "default")).isEqualTo("cli");
        assertThat(in.string("b.key", "default")).isEqualTo("env");
        assertThat(in.string("c.key", "default")).isEqualTo("file");
        assertThat(in.string("d.key", "default")).isEqualTo("default");
        assertThat(in.entries())
                .extracting(LayeredConfigReader.Entry::origin)
                .containsExactly("command line", "environment PM_B_KEY", "x.yaml:3", "default");
        assertThat(in.errors()).isEmpty();
    }

    @Test
    void emptyVariableCountsAsUnset() {
        LayeredConfigReader in = environment(Map.of("NODE_ID", "", "PM_NOBODY_KNOWS", " "));

        assertThat(in.optionalString(ConfigKeys.NODE_ID)).isEmpty();
        assertThat(in.errors()).isEmpty();
    }

    @Test
    void grpcPortBelongsToTheRoleThatRuns() {
        Map<String, String> grpcPort = Map.of("GRPC_PORT", "6000");

        LayeredConfigReader node = reader(EnumSet.of(Role.CONNECT_NODE), List.of(), grpcPort, "");
        assertThat(node.port(ConfigKeys.NODE_GRPC_PORT, 1)).isEqualTo(6000);
        assertThat(node.port(ConfigKeys.MANAGER_GRPC_PORT, 1)).isEqualTo(1);
        assertThat(node.port(ConfigKeys.CONTROLLER_GRPC_PORT, 1)).isEqualTo(1);

        LayeredConfigReader controller = reader(EnumSet.of(Role.CONTROLLER_MANAGER), List.of(), grpcPort, "");
        assertThat(controller.port(ConfigKeys.CONTROLLER_GRPC_PORT, 1)).isEqualTo(6000);
        assertThat(controller.port(ConfigKeys.NODE_GRPC_PORT, 1)).isEqualTo(1);

        Map<String, String> three =
                Map.of("GRPC_PORT", "6000", "CONNECT_NODE_GRPC_PORT", "6001", "CONTROLLER_GRPC_PORT", "6002");
        LayeredConfigReader all = environment(three);
        assertThat(all.port(ConfigKeys.MANAGER_GRPC_PORT, 1)).isEqualTo(6000);
        assertThat(all.port(ConfigKeys.NODE_GRPC_PORT, 1)).isEqualTo(6001);
        assertThat(all.port(ConfigKeys.CONTROLLER_GRPC_PORT, 1)).isEqualTo(6002);
    }

    @Test
    void readsEveryNotation() {
        LayeredConfigReader in = yaml("""
                a: {size: 8MiB, time: 50ms, mode: very-fast, flag: true, number: -3}
                list: [one, "two"]
                peer: "[::1]:80"
                """);

        assertThat(in.bytes("a.size", "1", "1GiB", "1KiB")).isEqualTo(8L << 20);
        assertThat(in.bytes("b.size", "1", "1GiB", "1KiB")).isEqualTo(1024);
        assertThat(in.duration("a.time", "0ms", "1m", "5s")).isEqualTo(Duration.ofMillis(50));
        assertThat(in.duration("b.time", "0ms", "1m", "5s")).isEqualTo(Duration.ofSeconds(5));
        assertThat(in.oneOf("a.mode", Mode.class, Mode.FAST)).isEqualTo(Mode.VERY_FAST);
        assertThat(in.bool("a.flag", false)).isTrue();
        assertThat(in.intInRange("a.number", -5, 5, 0)).isEqualTo(-3);
        assertThat(in.strings("list", List.of())).containsExactly("one", "two");
        assertThat(in.strings("no-list", List.of("x"))).containsExactly("x");
        assertThat(in.optionalHostPort("peer")).contains(new HostPort("::1", 80));
        assertThat(in.errors()).isEmpty();
    }

    @Test
    void listInTheEnvironmentIsCommaSeparated() {
        LayeredConfigReader in = environment(Map.of("ETCD_ENDPOINTS", "a:1, b:2,"));

        assertThat(in.strings(ConfigKeys.ETCD_ENDPOINTS, List.of())).containsExactly("a:1", "b:2");
    }

    @Test
    @Tag("bad-input-22")
    void everyErrorIsToldAtOnceWithPlaceValueAndWhatIsAllowed() {
        LayeredConfigReader in = reader(
                Role.all(), List.of("a.flag=yes", "nonsense"), Map.of("HTTP_PORT", "70000", "PM_A_TIME", "5"), """
                node:
                  http:
                    prot: 8080
                a.size: 9TiB
                a.mode: slow
                """);
        in.port(ConfigKeys.NODE_HTTP_PORT, 8080);
        in.bool("a.flag", false);
        in.duration("a.time", "1ms", "1m", "5s");
        in.bytes("a.size", "1", "1GiB", "1KiB");
        in.oneOf("a.mode", Mode.class, Mode.FAST);

        assertThat(errors(in))
                .containsExactly(
                        "command line: \"nonsense\" (allowed: a key, \"=\", and its value)",
                        "environment HTTP_PORT: node.http.port: \"70000\" (allowed: a port from 0 to 65535, 0 for any free"
                                + " one)",
                        "command line: a.flag: \"yes\" (allowed: true or false)",
                        "environment PM_A_TIME: a.time: \"5\" (allowed: a duration from 1ms to 1m, such as 500ms, 5s, 2m,"
                                + " 1h)",
                        "x.yaml:4: a.size: \"9TiB\" (allowed: a size from 1 to 1GiB, such as 512, 64KiB, 8MiB)",
                        "x.yaml:5: a.mode: \"slow\" (allowed: fast, very-fast)",
                        "x.yaml:3: node.http.prot: \"8080\" (unknown key; the nearest known one is node.http.port)");
        assertThatThrownBy(in::finish)
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("7 errors in the configuration:\n  command line")
                .hasMessageContaining("node.http.prot");
    }

    @Test
    @Tag("bad-input-22")
    void wrongValueGivesTheFallbackSoThatReadingGoesOn() {
        LayeredConfigReader in = yaml("a: [1]\nb: x\nc: 1.5s\nd: 99999999999\n");

        assertThat(in.intInRange("a", 0, 9, 7)).isEqualTo(7);
        assertThat(in.intInRange("b", 0, 9, 7)).isEqualTo(7);
        assertThat(in.duration("c", "1s", "9s", "7s")).isEqualTo(Duration.ofSeconds(7));
        assertThat(in.intInRange("d", 0, 9, 7)).isEqualTo(7);
        assertThat(errors(in))
                .hasSize(4)
                .anyMatch(line -> line.startsWith("x.yaml:1: a: \"[1]\"") || line.contains("not a list"));
    }

    @Test
    @Tag("bad-input-22")
    void unknownVariableOfOursNamesTheNearest() {
        LayeredConfigReader in =
                environment(Map.of("PM_MAILBOX_MAX_MESAGES", "5", "PM_NODE_ID", "n1", "SOMEBODY_ELSES", "x"));
        in.intInRange("mailbox.max-messages", 1, 10, 5);

        assertThat(errors(in))
                .containsExactly(
                        "environment PM_MAILBOX_MAX_MESAGES: \"5\" (unknown variable; the nearest known one is"
                                + " PM_MAILBOX_MAX_MESSAGES)",
                        "environment PM_NODE_ID: \"n1\" (unknown variable; the nearest known one is NODE_ID)");
    }

    @Test
    @Tag("bad-input-22")
    void valueUnderAGroupAndGroupUnderAValueAreExplained() {
        LayeredConfigReader in = yaml("node: 5\nmanager.id: {name: x}\n");

        assertThat(errors(in))
                .containsExactly(
                        "x.yaml:1: node: \"5\" (a group of keys, such as node.grpc.port, not a value)",
                        "x.yaml:2: manager.id.name: \"x\" (unknown key: manager.id takes one value, not a group of keys)");
    }

    @Test
    @Tag("bad-input-22")
    void secretsAreNeverShown() {
        LayeredConfigReader in = reader(
                Role.all(),
                List.of(),
                Map.of("PM_ETCD_PASSWRD", "hunter1"),
                "etcd.password: [hunter2]\netcd.pasword: hunter3\netcd.url: http://root:hunter4@host\n");
        in.optionalString("etcd.password");
        in.intInRange("etcd.url", 1, 2, 1);

        assertThat(errors(in)).hasSize(4).noneMatch(line -> line.contains("hunter"));
        assertThat(in.entries()).noneMatch(entry -> entry.value().contains("hunter"));
    }

    @Test
    @Tag("bad-input-22")
    void controlCharactersInAValueAreEscaped() {
        LayeredConfigReader in = environment(Map.of("HTTP_PORT", "\u001b[31m80"));
        in.port(ConfigKeys.NODE_HTTP_PORT, 8080);

        assertThat(errors(in)).singleElement().asString().contains("\"\\u001b[31m80\"");
    }

    @Test
    @Tag("bad-input-22")
    void keyReadByTwoRecordsIsWrongOnce() {
        LayeredConfigReader in = yaml("node.http.port: 70000\n");
        in.port(ConfigKeys.NODE_HTTP_PORT, 8080);
        in.port(ConfigKeys.NODE_HTTP_PORT, 8080);

        assertThat(in.errors()).hasSize(1);
    }

    @Test
    void rejectNamesTheValueAndItsPlace() {
        LayeredConfigReader in = yaml("\na.b: 5\n");
        in.string("a.b", "");
        in.reject("a.b", "at most a.c");
        in.reject("a.c", "more than a.b");

        assertThat(errors(in))
                .containsExactly(
                        "x.yaml:2: a.b: \"5\" (allowed: at most a.c)", "a.c: not set (allowed: more than a.b)");
    }
}
