package io.pushmanager.nodeclient;

import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.telemetry.Tracing;
import java.util.IdentityHashMap;

/**
 * The spans of the pushes at one node client: {@code mailbox} while a push waits, then {@code node} until the node has
 * answered, retries included.
 *
 * <p><b>Bound:</b> one span for each push in the mailbox; none, and no cost, when tracing is off. <b>Thread:</b> event
 * loop only.
 */
final class PushSpans {

    private final Tracing tracing;
    private final IdentityHashMap<MailboxEntry, Tracing.Span> open = new IdentityHashMap<>(0);

    PushSpans(Tracing tracing) {
        this.tracing = tracing;
    }

    /** The mailbox has taken it. */
    void waits(MailboxEntry entry) {
        if (tracing.isOn()) {
            open.put(entry, tracing.start("mailbox", entry.message().traceparent()));
        }
    }

    /** Its turn has come: the message as it is to be sent. */
    PushMessage begins(MailboxEntry entry) {
        PushMessage message = entry.message();
        if (!tracing.isOn()) {
            return message;
        }
        Tracing.Span waited = open.remove(entry);
        if (waited != null) {
            waited.end("OK");
        }
        Tracing.Span node = tracing.start("node", waited == null ? message.traceparent() : waited.traceparent());
        open.put(entry, node);
        return message.withTraceparent(node.traceparent());
    }

    /** It came to its end, sent or not. */
    void ends(MailboxEntry entry, String outcome) {
        if (tracing.isOn()) {
            Tracing.Span span = open.remove(entry);
            if (span != null) {
                span.end(outcome);
            }
        }
    }
}
