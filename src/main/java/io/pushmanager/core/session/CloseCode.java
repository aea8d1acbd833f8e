package io.pushmanager.core.session;

/**
 * Why the node closes a WebSocket. 1xxx as in RFC 6455; a client does not reconnect after 4000–4099 and
 * reconnects with back-off after 4100–4199.
 */
public enum CloseCode {
    NORMAL(1000),
    NODE_LEAVING(1001),
    PROTOCOL_ERROR(1002),
    UNSUPPORTED_DATA(1003),
    INVALID_TEXT(1007),
    POLICY(1008),
    TOO_BIG(1009),
    OVER_CAPACITY(1013),
    SLOW_CONSUMER(4100),
    PING_TIMEOUT(4101);

    private final int number;

    CloseCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
