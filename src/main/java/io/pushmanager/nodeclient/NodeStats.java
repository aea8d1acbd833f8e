package io.pushmanager.nodeclient;

/** What is read of a node client from outside. <b>Thread:</b> written on its event loop, read from any. */
final class NodeStats {

    private volatile int mailboxDepth;
    private volatile int inFlight;
    private volatile boolean connected;

    void mailbox(int depth, int underWay) {
        mailboxDepth = depth;
        inFlight = underWay;
    }

    void connected(boolean now) {
        connected = now;
    }

    /** Pushes that the mailbox's bound counts. */
    int mailboxDepth() {
        return mailboxDepth;
    }

    int inFlight() {
        return inFlight;
    }

    boolean isConnected() {
        return connected;
    }
}
