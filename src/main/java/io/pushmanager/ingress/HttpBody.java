package io.pushmanager.ingress;

import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * What came in of a body so far. Every byte of it counts at the gate until {@link #letGo}.
 *
 * <p><b>Bound:</b> {@code max}, and what the gate has left. <b>Thread:</b> the request's event loop.
 */
final class HttpBody {

    private final IngressGate gate;
    private final CallerAccount account;
    private final int max;
    private Buffer bytes = Buffer.buffer();
    private boolean tooLarge;

    HttpBody(IngressGate gate, CallerAccount account, int max) {
        this.gate = gate;
        this.account = account;
        this.max = max;
    }

    /** Null when it could be taken. */
    @Nullable
    PushError append(Buffer chunk) {
        if (bytes.length() + chunk.length() > max) {
            tooLarge = true;
            return tooLarge(max);
        }
        PushError full = gate.hold(account, chunk.length());
        if (full == null) {
            bytes.appendBuffer(chunk);
        }
        return full;
    }

    boolean isTooLarge() {
        return tooLarge;
    }

    byte[] toBytes() {
        return bytes.getBytes();
    }

    void letGo() {
        gate.letGo(account, bytes.length());
        bytes = Buffer.buffer();
    }

    static PushError tooLarge(int max) {
        return PushError.of(
                ErrorCode.INVALID_ARGUMENT, "BODY_TOO_LARGE", "the body is over the limit of " + max + " bytes");
    }
}
