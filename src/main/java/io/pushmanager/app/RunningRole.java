package io.pushmanager.app;

import io.vertx.core.Future;

/**
 * One role of this process.
 *
 * <p><b>Thread:</b> its methods are called from outside any event loop, one after the other.
 */
interface RunningRole {

    /** Completes when the role takes work; whether others can be reached is readiness, not start-up. */
    Future<Void> start();

    /** What an operator wants to know once it runs: one line each. */
    java.util.List<String> describe();

    /** From now on new work is refused; others may have to be drained before this role is. */
    default void refuseNewWork() {}

    /** Refuses new work, finishes what was accepted, and tells others that it leaves. Never fails. */
    Future<Void> drain();

    /** Takes its registration back. After {@link #drain}. Never fails. */
    Future<Void> leave();
}
