package io.pushmanager.nodeclient;

import io.pushmanager.core.text.Printable;

/** Turns what a peer or a library said into one short line that is safe in a report and in a log. */
final class Reasons {

    private static final int MAX_LENGTH = 200;

    private Reasons() {}

    static String of(Throwable cause) {
        String message = cause.getMessage();
        return clean(message == null ? cause.getClass().getSimpleName() : message);
    }

    static String of(CallEnd end) {
        if (end instanceof CallEnd.Answered answered) {
            return answered.status() + (answered.message().isEmpty() ? "" : ": " + clean(answered.message()));
        }
        if (end instanceof CallEnd.NotProcessed notProcessed) {
            return clean(notProcessed.reason());
        }
        return end instanceof CallEnd.Broken broken ? clean(broken.reason()) : "no answer in time";
    }

    /** With what a terminal would act on escaped, at most {@value #MAX_LENGTH} characters of it. */
    static String clean(String text) {
        return Printable.escape(text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH));
    }
}
