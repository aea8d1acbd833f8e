package io.pushmanager.app;

import io.pushmanager.config.ConfigError;
import io.pushmanager.config.ConfigException;
import io.pushmanager.config.ConfigKeys;
import io.pushmanager.config.TransportKind;
import io.vertx.core.transport.Transport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What serves the sockets of this process. <b>Failure:</b> one that was asked for and is not there stops the start. */
final class Transports {

    private Transports() {}

    static Transport of(TransportKind kind) {
        return switch (kind) {
            case AUTO -> isThere(Transport.EPOLL) ? Transport.EPOLL : Transport.NIO;
            case EPOLL -> required(kind, Transport.EPOLL);
            case NIO -> Transport.NIO;
        };
    }

    private static boolean isThere(@Nullable Transport transport) {
        return transport != null && transport.available();
    }

    private static Transport required(TransportKind kind, @Nullable Transport transport) {
        if (transport != null && transport.available()) {
            return transport;
        }
        Throwable why = transport == null ? null : transport.unavailabilityCause();
        String reason = why == null ? "" : ": " + (why.getMessage() == null ? why : why.getMessage());
        throw new ConfigException(List.of(new ConfigError(
                "configuration", ConfigKeys.TRANSPORT, kind + " is not available on this machine" + reason)));
    }
}
