package io.pushmanager.controller;

import io.pushmanager.config.ConfigKeys;
import io.pushmanager.config.ConfigReader;

/**
 * Where the Controller-Manager serves.
 *
 * @param port 0 takes any free one
 */
public record ControllerConfig(String host, int port) {

    public static ControllerConfig read(ConfigReader in) {
        return new ControllerConfig(
                in.string(ConfigKeys.LISTEN_HOST, "127.0.0.1"), in.port(ConfigKeys.CONTROLLER_GRPC_PORT, 50051));
    }
}
