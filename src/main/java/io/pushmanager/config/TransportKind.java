package io.pushmanager.config;

/** How sockets are served. */
public enum TransportKind {
    /** {@link #EPOLL} where it works, {@link #NIO} elsewhere. */
    AUTO,
    /** Linux. */
    EPOLL,
    /** Java's own; works everywhere. */
    NIO
}
