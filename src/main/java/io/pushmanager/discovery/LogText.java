package io.pushmanager.discovery;

import io.pushmanager.core.text.Printable;

/** Text from outside, made fit for a line of a log. */
final class LogText {

    private static final int MAX_CHARS = 500;

    /** Printable, and not endless. */
    static String safe(String text) {
        return Printable.escape(text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS) + "…");
    }

    private LogText() {}
}
