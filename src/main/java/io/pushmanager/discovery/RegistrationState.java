package io.pushmanager.discovery;

/**
 * Whether this process stands in the registry: written by its registrar, read by whoever must know.
 *
 * <p><b>Thread:</b> any.
 */
public final class RegistrationState {

    private volatile boolean everRegistered;
    private volatile boolean lost;
    private volatile long lostAtNanos;

    /** Has been registered at least once. */
    public boolean everRegistered() {
        return everRegistered;
    }

    /** Was registered, and is not any more. */
    public boolean isLost() {
        return lost;
    }

    /** Since when it {@link #isLost}. */
    long lostAtNanos() {
        return lostAtNanos;
    }

    void registered() {
        everRegistered = true;
        lost = false;
    }

    void lost(long nowNanos) {
        if (everRegistered && !lost) {
            lostAtNanos = nowNanos;
            lost = true;
        }
    }
}
