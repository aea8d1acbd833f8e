package io.pushmanager.core.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PushMessageTest {

    private final PushMessage message =
            PushMessage.of("id", true, Api.HTTP, Target.room("r"), Content.text("hello"), AckLevel.DELIVERED, 7, "a");

    @Test
    void countsItsContentAndWhatAMessageCostsBeside() {
        assertThat(message.sizeBytes()).isEqualTo(PushMessage.OVERHEAD_BYTES + "TEXT".length() + "hello".length());
    }

    @Test
    void anEmptyMessageStillCostsSomething() {
        PushMessage empty =
                PushMessage.of("", false, Api.HTTP, Target.everyone(), Content.text(""), AckLevel.ACCEPTED, 0, null);

        assertThat(empty.sizeBytes()).isPositive();
    }

    @Test
    void underAnotherSpanItIsTheSamePush() {
        PushMessage moved = message.withTraceparent("b");

        assertThat(moved.traceparent()).isEqualTo("b");
        assertThat(moved.withTraceparent("a")).isEqualTo(message);
        assertThat(moved.withTraceparent(null).traceparent()).isNull();
    }
}
