package io.pushmanager.connect.hub;

import io.pushmanager.core.message.Action;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.session.PushFingerprint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pushes that go to the event loops together, with what is worked out once for all loops. <b>Thread:</b> any; immutable. */
final class PushBatch {

    private final List<HubPush> pushes;
    private final long[] contentHashes;
    private final long[] targetHashes;
    private final @Nullable BatchTrail trail;

    private PushBatch(List<HubPush> pushes, long[] contentHashes, long[] targetHashes, @Nullable BatchTrail trail) {
        this.trail = trail;
        this.pushes = pushes;
        this.contentHashes = contentHashes;
        this.targetHashes = targetHashes;
    }

    /** @param trail told of what becomes of it; null when nothing is kept */
    static PushBatch of(List<HubPush> pushes, @Nullable BatchTrail trail) {
        long[] contentHashes = new long[pushes.size()];
        long[] targetHashes = new long[pushes.size()];
        for (int i = 0; i < contentHashes.length; i++) {
            HubPush push = pushes.get(i);
            if (!push.messageId().isEmpty()) { // others are not remembered
                Action action = push.action();
                contentHashes[i] = action == null ? PushFingerprint.of(push.content()) : PushFingerprint.of(action);
                targetHashes[i] = PushFingerprint.of(push.target());
            }
        }
        return new PushBatch(pushes, contentHashes, targetHashes, trail);
    }

    @Nullable
    BatchTrail trail() {
        return trail;
    }

    int size() {
        return contentHashes.length;
    }

    /** That of its first; pushes of several priorities are not handed over together. */
    Priority priority() {
        return pushes.isEmpty() ? Priority.NORMAL : pushes.get(0).handling().priority();
    }

    HubPush push(int index) {
        return pushes.get(index);
    }

    long contentHash(int index) {
        return contentHashes[index];
    }

    long targetHash(int index) {
        return targetHashes[index];
    }
}
