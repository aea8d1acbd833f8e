package io.pushmanager.ingress;

import io.pushmanager.bus.PushTicket;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.telemetry.Tracing;
import org.jspecify.annotations.Nullable;

/** A push that fan-out has yet to answer. <b>Thread:</b> what is not its ticket's: the dispatcher's event loop. */
final class PendingPush extends PushTicket {

    private final Tracing.Span span;
    private PushDispatcher.@Nullable Caller caller;

    // owned by PendingPushes
    @Nullable
    PendingPush previous;

    @Nullable
    PendingPush next;

    PendingPush(PushMessage message, Tracing.Span span, PushDispatcher.Caller caller) {
        super(message);
        this.span = span;
        this.caller = caller;
    }

    Tracing.Span span() {
        return span;
    }

    /** Null if somebody else has taken it: a caller is answered once. */
    PushDispatcher.@Nullable Caller takeCaller() {
        PushDispatcher.Caller taken = caller;
        caller = null;
        return taken;
    }
}
