package io.pushmanager.core.session;

/**
 * What one client has been doing: how many commands this second, how many malformed ones in a row, when it was last heard.
 *
 * <p><b>Bound:</b> a few numbers. <b>Thread:</b> that of its event loop. <b>Time:</b> callers pass monotonic {@code nowNanos}.
 */
public final class Session {

    /** What a look at the clock says about the client. */
    public enum Heartbeat {
        /** Heard lately, or asked and still within its time to answer. */
        FINE,
        /** Silent for the ping interval: send a ping. */
        PING,
        /** Silent since the ping for the pong time-out: close. */
        LOST
    }

    private static final long SECOND_NANOS = 1_000_000_000L;

    private long commandWindowNanos;
    private long controlWindowNanos;
    private long heardNanos;
    private long pingedNanos;
    private int commands;
    private int controls;
    private int malformedInRow;
    private boolean awaitingPong;

    public Session(long nowNanos) {
        commandWindowNanos = nowNanos;
        controlWindowNanos = nowNanos;
        heardNanos = nowNanos;
    }

    /** Counts a command. False once there are more than {@code perSecond} within a second of the first of them. */
    public boolean takeCommand(long nowNanos, int perSecond) {
        if (nowNanos - commandWindowNanos >= SECOND_NANOS || commands == 0) {
            commandWindowNanos = nowNanos;
            commands = 0;
        }
        return ++commands <= perSecond;
    }

    /** Counts a ping or pong, apart from the commands: the pong that a busy client owes must not be what closes it. */
    public boolean takeControl(long nowNanos, int perSecond) {
        if (nowNanos - controlWindowNanos >= SECOND_NANOS || controls == 0) {
            controlWindowNanos = nowNanos;
            controls = 0;
        }
        return ++controls <= perSecond;
    }

    /** False once there have been {@code maxInRow} without a good command between them. */
    public boolean takeMalformed(int maxInRow) {
        return ++malformedInRow < maxInRow;
    }

    public void wellFormed() {
        malformedInRow = 0;
    }

    /** A whole frame came. */
    public void heard(long nowNanos) {
        heardNanos = nowNanos;
        awaitingPong = false;
    }

    /** To be asked every so often. After {@code PING} the caller has sent one. */
    public Heartbeat check(long nowNanos, long pingIntervalNanos, long pongTimeoutNanos) {
        if (awaitingPong) {
            return nowNanos - pingedNanos >= pongTimeoutNanos ? Heartbeat.LOST : Heartbeat.FINE;
        }
        if (nowNanos - heardNanos < pingIntervalNanos) {
            return Heartbeat.FINE;
        }
        awaitingPong = true;
        pingedNanos = nowNanos;
        return Heartbeat.PING;
    }
}
