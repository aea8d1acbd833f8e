package io.pushmanager.nodeclient;

import io.pushmanager.core.mailbox.PushRef;
import io.pushmanager.telemetry.Tracing;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The spans of the pushes at one node client: {@code mailbox} while a push waits, then {@code node} until the node has
 * answered, retries included.
 *
 * <p><b>Bound:</b> one span for each push in the mailbox; none, and no cost, when tracing is off. <b>Thread:</b> event
 * loop only.
 */
final class PushSpans {

    private final Tracing tracing;
    private final IdentityHashMap<PushRef, Tracing.Span> open = new IdentityHashMap<>(0);

    PushSpans(Tracing tracing) {
        this.tracing = tracing;
    }

    boolean isOn() {
        return tracing.isOn();
    }

    /** The mailbox has taken it. */
    void waits(PushRef push, @Nullable String traceparent) {
        if (tracing.isOn()) {
            open.put(push, tracing.start("mailbox", traceparent));
        }
    }

    /** It waits in another mailbox now, under another name. */
    void moves(PushRef from, PushRef to) {
        Tracing.Span span = open.remove(from);
        if (span != null) {
            open.put(to, span);
        }
    }

    /** Its turn has come: the parent of what the node does. */
    @Nullable
    String begins(PushRef push, @Nullable String traceparent) {
        if (!tracing.isOn()) {
            return traceparent;
        }
        Tracing.Span waited = open.remove(push);
        if (waited != null) {
            waited.end("OK");
        }
        Tracing.Span node = tracing.start("node", waited == null ? traceparent : waited.traceparent());
        open.put(push, node);
        return node.traceparent();
    }

    /** It came to its end, sent or not. */
    void ends(PushRef push, String outcome) {
        if (tracing.isOn()) {
            Tracing.Span span = open.remove(push);
            if (span != null) {
                span.end(outcome);
            }
        }
    }
}
