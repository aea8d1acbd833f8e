package io.pushmanager.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CloseCodeTest {

    @ParameterizedTest
    @CsvSource({
        "NORMAL, 1000",
        "NODE_LEAVING, 1001",
        "PROTOCOL_ERROR, 1002",
        "UNSUPPORTED_DATA, 1003",
        "INVALID_TEXT, 1007",
        "POLICY, 1008",
        "TOO_BIG, 1009",
        "OVER_CAPACITY, 1013",
        "SLOW_CONSUMER, 4100",
        "PING_TIMEOUT, 4101"
    })
    void numbersAreThoseOfRfc6455AndTheContract(CloseCode code, int number) {
        assertThat(code.number()).isEqualTo(number);
    }

    /** RFC 6455, 7.4: an endpoint must not send 1004 to 1006 and 1015, nor what is not defined or private. */
    @ParameterizedTest
    @EnumSource
    void mayBeSentInACloseFrame(CloseCode code) {
        assertThat(code.number())
                .satisfiesAnyOf(
                        number -> assertThat(number).isBetween(1000, 1003),
                        number -> assertThat(number).isBetween(1007, 1014),
                        number -> assertThat(number).isBetween(4000, 4199));
    }
}
