package io.pushmanager.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {

    @Test
    void plainTextIsReturnedAsItIs() {
        String text = "Grüße 你好 😀 \\ \"quoted\"";

        assertThat(Printable.escape(text)).isSameAs(text);
    }

    @Test
    void charactersThatATerminalActsOnAreEscaped() {
        assertThat(Printable.escape("a\u001b[2Jb\r\n\tc\u0000\u007f\u009b"))
                .isEqualTo("a\\u001b[2Jb\\r\\n\\tc\\u0000\\u007f\\u009b");
    }

    @Test
    void invisibleAndDirectionCharactersAreEscaped() {
        assertThat(Printable.escape("a\u202eb\u200bc\u2028d")).isEqualTo("a\\u202eb\\u200bc\\u2028d");
    }

    @Test
    void halfOfASurrogatePairIsEscaped() {
        assertThat(Printable.escape("a\ud83d")).isEqualTo("a\\ud83d");
        assertThat(Printable.escape("\ude00b")).isEqualTo("\\ude00b");
    }

    @Test
    void linesAndTabsStayWhereTheLayoutIsWanted() {
        assertThat(Printable.escapeKeepingLines("a\n\tb\rc")).isEqualTo("a\n\tb\\rc");
    }
}
