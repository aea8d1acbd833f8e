package io.pushmanager.core.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.outcome.PushError.FieldViolation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PushErrorTest {

    @Test
    void namesEveryFieldThatIsWrong() {
        PushError error = PushError.invalid(
                List.of(new FieldViolation("room_id", "is empty"), new FieldViolation("content", "is not set")));

        assertThat(error.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
        assertThat(error.message()).isEqualTo("room_id: is empty; content: is not set");
        assertThat(error.violations()).extracting(FieldViolation::field).containsExactly("room_id", "content");
    }

    @Test
    void oneWrongFieldIsAListOfOne() {
        PushError error = PushError.invalid("user_id", "is empty");

        assertThat(error).isEqualTo(PushError.invalid(List.of(new FieldViolation("user_id", "is empty"))));
        assertThat(error.message()).isEqualTo("user_id: is empty");
    }

    @Test
    void doesNotChangeWithTheListItWasMadeOf() {
        List<FieldViolation> violations = new ArrayList<>(List.of(new FieldViolation("room_id", "is empty")));
        PushError error = PushError.invalid(violations);
        violations.clear();

        assertThat(error.violations()).hasSize(1);
    }

    @Test
    void hintsAtARetryOnlyWhereOneHelps() {
        assertThat(PushError.invalid("a", "b").retryAfterMillis()).isNull();
        assertThat(PushError.of(ErrorCode.ALREADY_EXISTS, "R", "m").retryAfterMillis())
                .isNull();
        assertThat(PushError.retryable(ErrorCode.UNAVAILABLE, "R", "m", 200).retryAfterMillis())
                .isEqualTo(200);
    }
}
