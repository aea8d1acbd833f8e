package io.pushmanager.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.config.TransportKind;
import io.vertx.core.transport.Transport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class TransportsTest {

    @Test
    @EnabledOnOs(OS.LINUX)
    void epollIsTakenWhereItWorks() {
        assertThat(Transports.of(TransportKind.AUTO)).isSameAs(Transport.EPOLL);
        assertThat(Transports.of(TransportKind.EPOLL)).isSameAs(Transport.EPOLL);
    }

    @Test
    void nioIsTakenWhenAskedFor() {
        assertThat(Transports.of(TransportKind.NIO)).isSameAs(Transport.NIO);
    }
}
