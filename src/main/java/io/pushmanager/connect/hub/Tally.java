package io.pushmanager.connect.hub;

import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Adds up what the event loops report of a batch of pushes, and answers on the caller's context once the last one has.
 *
 * <p><b>Thread:</b> any; each loop reports once. <b>Failure:</b> none: what a loop could not do is in its report.
 */
final class Tally {

    static final HubAnswer CONFLICT = new HubAnswer.Refused(
            PushError.of(ErrorCode.ALREADY_EXISTS, "MESSAGE_ID_REUSED", "message_id was used with other content"));
    static final HubAnswer BROKEN = new HubAnswer.Refused(
            PushError.of(ErrorCode.INTERNAL, "FAN_OUT_FAILED", "an event loop of the node could not deliver it"));

    private final Promise<List<HubAnswer>> promise = Promise.promise();
    private final int pushes;
    private final AtomicReferenceArray<HubAnswer @Nullable []> reports;
    private final AtomicInteger missing;
    private final @Nullable Context caller;

    Tally(int pushes, int loops, @Nullable Context caller) {
        this.pushes = pushes;
        this.reports = new AtomicReferenceArray<>(loops);
        this.missing = new AtomicInteger(loops);
        this.caller = caller;
        if (loops == 0) {
            answer();
        }
    }

    Future<List<HubAnswer>> future() {
        return promise.future();
    }

    /** @param answers one for each push; the caller keeps no hand on them */
    void report(int loop, HubAnswer[] answers) {
        reports.set(loop, answers);
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
        List<HubAnswer> answers = new ArrayList<>(pushes);
        for (int push = 0; push < pushes; push++) {
            answers.add(sum(push));
        }
        promise.complete(answers);
    }

    private HubAnswer sum(int push) {
        DeliveryCounts total = DeliveryCounts.NONE;
        HubAnswer refusal = null;
        List<HubAnswer.Later> unfinished = List.of();
        for (int loop = 0; loop < reports.length(); loop++) {
            HubAnswer[] answers = reports.get(loop);
            if (answers != null && answers[push] instanceof HubAnswer.Delivered delivered) {
                total = total.plus(delivered.counts());
            } else if (answers != null && answers[push] instanceof HubAnswer.Later later) {
                unfinished = unfinished.isEmpty() ? new ArrayList<>(2) : unfinished;
                unfinished.add(later);
            } else if (refusal != CONFLICT) {
                refusal = answers == null
                        ? BROKEN
                        : answers[push]; // what the caller did wrong says more than what we did
            }
        }
        if (refusal != null) {
            return refusal;
        }
        return unfinished.isEmpty() ? new HubAnswer.Delivered(total) : whenFinished(total, unfinished);
    }

    private HubAnswer whenFinished(DeliveryCounts known, List<HubAnswer.Later> unfinished) {
        DeliveryCounts soFar = known;
        List<Future<DeliveryCounts>> counts = new ArrayList<>(unfinished.size());
        for (HubAnswer.Later later : unfinished) {
            soFar = soFar.plus(later.soFar());
            counts.add(later.counts());
        }
        Promise<DeliveryCounts> whole = Promise.promise();
        Future.join(counts).onComplete(all -> {
            DeliveryCounts sum = known;
            for (Future<DeliveryCounts> one : counts) {
                sum = sum.plus(one.result());
            }
            DeliveryCounts total = sum;
            if (caller == null) {
                whole.complete(total);
            } else {
                caller.runOnContext(done -> whole.complete(total));
            }
        });
        return new HubAnswer.Later(soFar, whole.future());
    }
}
