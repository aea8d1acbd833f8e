package io.pushmanager.connect.hub;

import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Adds up what the event loops report of one push, and answers on the caller's context once the last one has.
 *
 * <p><b>Thread:</b> any; each loop reports once.
 */
final class Tally {

    private static final PushError CONFLICT =
            PushError.of(ErrorCode.ALREADY_EXISTS, "MESSAGE_ID_REUSED", "message_id was used with other content");

    private final Promise<HubAnswer> promise = Promise.promise();
    private final AtomicReferenceArray<@Nullable DeliveryCounts> reports;
    private final AtomicInteger missing;
    private final @Nullable Context caller;
    private volatile @Nullable Throwable failure;

    Tally(int loops, @Nullable Context caller) {
        this.reports = new AtomicReferenceArray<>(loops);
        this.missing = new AtomicInteger(loops);
        this.caller = caller;
        if (loops == 0) {
            promise.complete(new HubAnswer.Delivered(DeliveryCounts.NONE));
        }
    }

    Future<HubAnswer> future() {
        return promise.future();
    }

    /** @param counts null when the loop refused the push */
    void report(int loop, @Nullable DeliveryCounts counts) {
        reports.set(loop, counts);
        countDown();
    }

    void failed(Throwable cause) {
        failure = cause;
        countDown();
    }

    private void countDown() {
        if (missing.decrementAndGet() > 0) {
            return;
        }
        if (caller == null) {
            answer();
        } else {
            caller.runOnContext(done -> answer());
        }
    }

    private void answer() {
        Throwable cause = failure;
        if (cause != null) {
            promise.fail(cause);
            return;
        }
        DeliveryCounts total = DeliveryCounts.NONE;
        for (int loop = 0; loop < reports.length(); loop++) {
            DeliveryCounts counts = reports.get(loop);
            if (counts == null) {
                promise.complete(new HubAnswer.Refused(CONFLICT));
                return;
            }
            total = total.plus(counts);
        }
        promise.complete(new HubAnswer.Delivered(total));
    }
}
