package io.pushmanager.config;

import java.util.regex.Pattern;

/** Which values are never shown. */
public final class Secrets {

    private static final String REDACTED = "(redacted)";

    // Wide on purpose: an unknown key that looks like a misspelt secret must not be printed either.
    private static final Pattern SECRET_KEY =
            Pattern.compile("(pass|pwd|secret|token|credential|private-?key|api-?key)[a-z]*$");

    private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/@\\s]*@");

    private Secrets() {}

    public static boolean isSecret(String key) {
        return SECRET_KEY.matcher(key).find();
    }

    /** The text, or a placeholder when the key names a secret; a password inside a URL is taken out. */
    public static String redact(String key, String text) {
        if (isSecret(key) && !text.isEmpty()) {
            return REDACTED;
        }
        return USER_INFO.matcher(text).replaceAll(REDACTED + "@");
    }
}
