package io.pushmanager.admin;

import io.pushmanager.config.ConfigReader;

/**
 * Where metrics and health are served.
 *
 * @param port 0 means any free port
 */
public record AdminConfig(String host, int port) {

    /** @param defaultPort depends on the roles of the process */
    public static AdminConfig read(ConfigReader in, int defaultPort) {
        return new AdminConfig(in.string("listen.host", "127.0.0.1"), in.port("metrics.port", defaultPort));
    }
}
