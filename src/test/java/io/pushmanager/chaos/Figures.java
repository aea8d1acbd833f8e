package io.pushmanager.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.TestReporter;

/** What a case measured. Each figure is published before it is judged, so that a red one can be read. */
final class Figures {

    private final TestReporter reporter;

    Figures(TestReporter reporter) {
        this.reporter = reporter;
    }

    void note(String what, Object value) {
        reporter.publishEntry(what, String.valueOf(value));
    }

    /** Fails when it is more. */
    void atMost(String what, double value, double limit, String unit) {
        note(what, number(value) + " " + unit + " (at most " + number(limit) + ")");
        assertThat(value).as(what).isLessThanOrEqualTo(limit);
    }

    /** Fails when it is anything else. */
    void exactly(String what, long value, long expected) {
        note(what, value == expected ? Long.toString(value) : value + " (expected " + expected + ")");
        assertThat(value).as(what).isEqualTo(expected);
    }

    static String number(double value) {
        return value == Math.rint(value)
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.1f", value);
    }
}
