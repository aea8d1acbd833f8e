package io.pushmanager.connect.hub;

import io.pushmanager.core.message.Priority;
import io.pushmanager.core.session.PushFingerprint;
import java.util.List;

/** Pushes that go to the event loops together, with what is worked out once for all loops. <b>Thread:</b> any; immutable. */
final class PushBatch {

    private final List<HubPush> pushes;
    private final long[] contentHashes;
    private final long[] targetHashes;

    private PushBatch(List<HubPush> pushes, long[] contentHashes, long[] targetHashes) {
        this.pushes = pushes;
        this.contentHashes = contentHashes;
        this.targetHashes = targetHashes;
    }

    static PushBatch of(List<HubPush> pushes) {
        long[] contentHashes = new long[pushes.size()];
        long[] targetHashes = new long[pushes.size()];
        for (int i = 0; i < contentHashes.length; i++) {
            HubPush push = pushes.get(i);
            if (!push.messageId().isEmpty()) { // others are not remembered
                contentHashes[i] = PushFingerprint.of(push.content());
                targetHashes[i] = PushFingerprint.of(push.target());
            }
        }
        return new PushBatch(pushes, contentHashes, targetHashes);
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
