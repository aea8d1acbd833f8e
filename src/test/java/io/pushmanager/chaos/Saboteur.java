package io.pushmanager.chaos;

import io.pushmanager.proto.pubsub.PushMessageBatchRequest;

/** Says which push is sabotaged. <b>Thread:</b> {@link #begin} any, the rest the meddling node's timer. */
final class Saboteur {

    private static final int EVERY = 10;

    private static final class Plan {
        final Sabotage sabotage;
        int pushes;

        Plan(Sabotage sabotage) {
            this.sabotage = sabotage;
        }
    }

    private volatile Plan plan = new Plan(Sabotage.NONE);

    /** From the next push on; what is held back is never handed on. */
    void begin(Sabotage next) {
        plan = new Plan(next);
    }

    /** For one push. */
    Sabotage next() {
        Plan now = plan;
        return ++now.pushes % EVERY == 0 ? now.sabotage : Sabotage.NONE;
    }

    /** Whether what was held back may still be handed on. */
    boolean isReordering() {
        return plan.sabotage == Sabotage.REORDER;
    }

    static PushMessageBatchRequest again(PushMessageBatchRequest push) {
        return push.toBuilder().setMessageId(push.getMessageId() + "-again").build();
    }

    static PushMessageBatchRequest elsewhere(PushMessageBatchRequest push) {
        return push.toBuilder().setRoomId(Sabotage.WRONG_ROOM).build();
    }
}
