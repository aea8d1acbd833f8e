package io.pushmanager.core.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.message.Handling;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.DeliveryCounts;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DispatchTest {

    private final List<String> told = new ArrayList<>();
    private final Dispatch push =
            new Dispatch(Target.room("r"), Handling.of(Priority.NORMAL, 5, ""), new Dispatch.Listener() {
                @Override
                public void ended(FrameEnd end, long frames) {
                    told.add(end + " " + frames);
                }

                @Override
                public void complete(Dispatch complete) {
                    told.add("complete");
                }
            });

    @Test
    void whatWaitsIsUnknownUntilItHasEnded() {
        push.unflushed();
        push.unflushed();
        push.queued();
        push.handedOut(6, 1, 1, 1);
        assertThat(push.counts()).isEqualTo(new DeliveryCounts(6, 1, 1, 0, 1, 0, 3));

        push.recalled();
        push.flushed();
        push.ended(FrameEnd.CONFLATED);

        assertThat(push.counts()).isEqualTo(new DeliveryCounts(6, 2, 1, 1, 1, 1, 0));
        assertThat(told).containsExactly("EXPIRED 1", "WRITTEN 1", "CONFLATED 1");
    }

    @Test
    void itIsToldOnceThatEverythingHasEndedAndOnlyIfAskedFor() {
        push.queued();
        push.queued();
        push.tellWhenComplete();
        push.ended(FrameEnd.WRITTEN);
        assertThat(told).doesNotContain("complete");
        push.ended(FrameEnd.WRITTEN);
        push.flushed();

        assertThat(told).containsOnlyOnce("complete");
    }
}
