package io.pushmanager.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.config.Role;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CliTest {

    @TempDir
    Path directory;

    private final CapturedCli cli = new CapturedCli();

    private String file(String content) throws IOException {
        return Files.writeString(directory.resolve("x.yaml"), content).toString();
    }

    @Test
    void serveIsTheDefaultCommand() {
        assertThat(cli.run()).isZero();
        assertThat(cli.run("--role", "push-manager", "--role", "connect-node")).isZero();
        assertThat(cli.run("serve", "--role=all")).isZero();

        assertThat(cli.served)
                .extracting(ServeOptions::roles)
                .satisfiesExactly(
                        first -> assertThat(first).isEqualTo(Role.all()),
                        second -> assertThat(second).containsExactly(Role.PUSH_MANAGER, Role.CONNECT_NODE),
                        third -> assertThat(third).isEqualTo(Role.all()));
    }

    @Test
    @Tag("bad-input-24")
    void unknownOptionIsAUsageErrorWithASuggestion() {
        assertThat(cli.run("push", "--rom", "room-001", "hi")).isEqualTo(2);

        assertThat(cli.err()).contains("--rom").contains("--room").contains("push --help");
        assertThat(cli.out()).isEmpty();
    }

    @Test
    @Tag("bad-input-24")
    void unknownOptionOfTheDefaultCommandIsAUsageErrorWithASuggestion() {
        assertThat(cli.run("--rolle", "all")).isEqualTo(2);

        assertThat(cli.err()).contains("--rolle").contains("--role");
        assertThat(cli.served).isEmpty();
    }

    @Test
    @Tag("bad-input-24")
    void unknownCommandIsAUsageErrorWithASuggestion() {
        assertThat(cli.run("pusch", "--room", "x")).isEqualTo(2);

        assertThat(cli.err()).contains("pusch").contains("push");
    }

    @Test
    @Tag("bad-input-24")
    void unknownRoleIsAUsageError() {
        assertThat(cli.run("--role", "manager")).isEqualTo(2);

        assertThat(cli.err())
                .contains("Unknown role 'manager' (allowed: push-manager, connect-node, controller-manager, all)");
    }

    @Test
    void configurationErrorsOfServeAreExitCode2() {
        cli.serve = options -> {
            options.load(cli.environment).finish();
            return 0;
        };

        assertThat(cli.run("--set", "node.htp.port=1")).isEqualTo(2);
        assertThat(cli.err())
                .contains("command line: node.htp.port: \"1\" (unknown key; the nearest known one is node.http.port)");
    }

    @Test
    void unexpectedFailureIsOneLineAndExitCode1() {
        cli.serve = options -> {
            throw new IOException("port 8080 is in use\u001b[2J");
        };

        assertThat(cli.run()).isEqualTo(1);
        assertThat(cli.err()).isEqualTo("push-manager: java.io.IOException: port 8080 is in use\\u001b[2J\n");
    }

    @Test
    void helpAndVersionGoToStandardOutput() {
        assertThat(cli.run("--help")).isZero();
        assertThat(cli.out()).contains("push", "tail", "nodes", "bench", "config", "completion", "Exit codes");
        assertThat(cli.run("--version")).isZero();
        assertThat(cli.out()).contains("push-manager " + VersionProvider.version());
        assertThat(cli.run("push", "--help")).isZero();
        assertThat(cli.out()).contains("--message-id");
        assertThat(cli.err()).isEmpty();
    }

    @Test
    void completionIsAScript() {
        assertThat(cli.run("completion")).isZero();

        assertThat(cli.out()).startsWith("#!/usr/bin/env bash").contains("--message-id");
    }

    @Test
    void goodFilePassesTheCheck() throws IOException {
        String file = file("node: {http: {port: 0}}\nmanager.id: m\n");

        assertThat(cli.run("config", "check", file)).isZero();
        assertThat(cli.out()).isEqualTo(file + ": ok\n");
    }

    @Test
    @Tag("bad-input-22")
    void badFileFailsTheCheckWithEveryErrorAndExitCode2() throws IOException {
        String file = file("node:\n  http: {prot: 1}\n  http: {}\nmetrics.port: 70000\n");
        cli.environment.put("PM_UNKNOWN", "not looked at"); // the check is of the file alone

        assertThat(cli.run("config", "check", file)).isEqualTo(2);
        assertThat(cli.err())
                .startsWith("3 errors in the configuration:\n")
                .contains(file + ":2: node.http.prot: ")
                .contains(file + ":3: node.http: duplicate key")
                .contains(file + ":4: metrics.port: \"70000\"");
        assertThat(cli.out()).isEmpty();
    }

    @Test
    void printTellsWhereEveryValueComesFrom() throws IOException {
        String file = file("manager.id: m\ndiscovery.etcd.password: hunter2\n");
        cli.environment.put("NODE_ID", "n");
        cli.environment.put("CONFIG_FILE", file);

        assertThat(cli.run("config", "print", "--set", "log.level=debug")).isZero();
        assertThat(cli.out().replaceAll(" +", " "))
                .contains("node.id n environment NODE_ID")
                .contains("manager.id m " + file + ":1")
                .contains("log.level debug command line")
                .contains("metrics.port 9093 default")
                .contains("discovery.etcd.password (redacted) " + file + ":2")
                .doesNotContain("hunter2");
    }

    @Test
    void printAsJson() {
        assertThat(cli.run("config", "print", "--json", "--role", "connect-node"))
                .isZero();

        assertThat(new JsonObject(cli.out()).getJsonObject("metrics.port"))
                .isEqualTo(new JsonObject().put("value", "9091").put("origin", "default"));
    }
}
