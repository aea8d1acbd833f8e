package io.pushmanager.nodeclient;

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

    /** Without control characters, at most {@value #MAX_LENGTH} characters. */
    static String clean(String text) {
        StringBuilder line = new StringBuilder(Math.min(text.length(), MAX_LENGTH));
        for (int i = 0; i < text.length() && i < MAX_LENGTH; i++) {
            char c = text.charAt(i);
            line.append(Character.isISOControl(c) || c == '\u2028' || c == '\u2029' ? ' ' : c);
        }
        return line.toString();
    }
}
