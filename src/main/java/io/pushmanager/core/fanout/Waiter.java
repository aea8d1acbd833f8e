package io.pushmanager.core.fanout;

import io.pushmanager.core.outcome.PushAnswer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One caller who waits for a push's answer, until a moment of its own. Gets exactly one. */
final class Waiter {

    private final Consumer<PushAnswer> answer;
    final OpenPush push;
    private boolean answered;

    /** The next caller of the same push. */
    @Nullable
    Waiter sibling;

    // owned by DeadlineWheel
    long tick;
    boolean linked;

    @Nullable
    Waiter previous;

    @Nullable
    Waiter next;

    Waiter(OpenPush push, Consumer<PushAnswer> answer) {
        this.push = push;
        this.answer = answer;
    }

    boolean isAnswered() {
        return answered;
    }

    void answer(PushAnswer with) {
        if (answered) {
            throw new IllegalStateException("answered twice");
        }
        answered = true;
        answer.accept(with);
    }
}
