package io.pushmanager.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientIdsTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "room-001", "räume/🚀 #1", "\"", "\\"})
    void acceptsWhatHasNoControlCharacters(String id) {
        assertThat(ClientIds.isValid(id)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "\u0000", "\u007f", "\u0085", "\ud83d", "\ud83dx", "\ude80"})
    void refusesNothingControlCharactersAndHalfCharacters(String id) {
        assertThat(ClientIds.isValid(id)).isFalse();
    }

    @Test
    void countsBytesAndNotCharacters() {
        assertThat(ClientIds.isValid("a".repeat(256))).isTrue();
        assertThat(ClientIds.isValid("a".repeat(257))).isFalse();
        assertThat(ClientIds.isValid("é".repeat(128))).isTrue();
        assertThat(ClientIds.isValid("é".repeat(129))).isFalse();
        assertThat(ClientIds.isValid("€".repeat(85) + "a")).isTrue();
        assertThat(ClientIds.isValid("€".repeat(86))).isFalse();
        assertThat(ClientIds.isValid("🚀".repeat(64))).isTrue();
        assertThat(ClientIds.isValid("🚀".repeat(65))).isFalse();
    }

    /** Where UTF-8 needs another byte: the last character of a length and the first of the next. */
    @ParameterizedTest
    @CsvSource({"\u00a0, 2", "\u07ff, 2", "\u0800, 3", "\uffff, 3"})
    void countsAsManyBytesAsUtf8Has(String character, int bytes) {
        assertThat(ClientIds.isValid(character.repeat(256 / bytes))).isTrue();
        assertThat(ClientIds.isValid(character.repeat(256 / bytes + 1))).isFalse();
    }
}
