package io.pushmanager.nodeclient;

/** What is read of a node client from outside. <b>Thread:</b> written on its event loop, read from any. */
final class NodeStats {

    private volatile int mailboxDepth;
    private volatile int inFlight;
    private volatile int waitingForRoom;
    private volatile boolean connected;

    void mailbox(int depth, int underWay, int outside) {
        mailboxDepth = depth;
        inFlight = underWay;
        if (waitingForRoom != outside) {
            waitingForRoom = outside;
        }
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

    /** Pushes that wait for room in the mailbox. */
    int waitingForRoom() {
        return waitingForRoom;
    }

    boolean isConnected() {
        return connected;
    }
}
