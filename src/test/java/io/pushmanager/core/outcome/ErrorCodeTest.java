package io.pushmanager.core.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorCodeTest {

    /** Numbers and HTTP statuses as google.rpc.Code has them. */
    @ParameterizedTest
    @CsvSource({
        "CANCELLED, 1, 499",
        "UNKNOWN, 2, 500",
        "INVALID_ARGUMENT, 3, 400",
        "DEADLINE_EXCEEDED, 4, 504",
        "NOT_FOUND, 5, 404",
        "ALREADY_EXISTS, 6, 409",
        "PERMISSION_DENIED, 7, 403",
        "RESOURCE_EXHAUSTED, 8, 429",
        "FAILED_PRECONDITION, 9, 400",
        "UNIMPLEMENTED, 12, 501",
        "INTERNAL, 13, 500",
        "UNAVAILABLE, 14, 503",
        "UNAUTHENTICATED, 16, 401"
    })
    void isKnownToGrpcAndHttpClients(ErrorCode code, int grpcCode, int httpStatus) {
        assertThat(code.grpcCode()).isEqualTo(grpcCode);
        assertThat(code.httpStatus()).isEqualTo(httpStatus);
    }

    @Test
    void noTwoShareANumber() {
        assertThat(ErrorCode.values()).extracting(ErrorCode::grpcCode).doesNotHaveDuplicates();
    }
}
