package io.pushmanager.admin;

import io.pushmanager.config.ProcessConfig;

/**
 * Where metrics and health are served.
 *
 * @param port 0 means any free port
 */
public record AdminConfig(String host, int port) {

    public static AdminConfig of(ProcessConfig process) {
        return new AdminConfig(process.listenHost(), process.metricsPort());
    }
}
