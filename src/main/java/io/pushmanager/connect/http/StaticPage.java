package io.pushmanager.connect.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file out of the jar, read once, with the headers that keep a browser from loading anything else. What stands inline in a
 * page is allowed by its hash.
 */
final class StaticPage {

    private static final Pattern INLINE = Pattern.compile("<(script|style)>(.*?)</\\1>", Pattern.DOTALL);

    private StaticPage() {}

    /** Empty when the jar does not hold the file. */
    static Optional<HttpReply> load(String resource, String type) {
        try (InputStream in = StaticPage.class.getClassLoader().getResourceAsStream(resource)) {
            return in == null ? Optional.empty() : Optional.of(reply(in.readAllBytes(), type));
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }

    private static HttpReply reply(byte[] content, String type) {
        return HttpReply.of(type, content)
                .with("Content-Security-Policy", policyFor(new String(content, StandardCharsets.UTF_8)))
                .with("X-Content-Type-Options", "nosniff")
                .with("Referrer-Policy", "no-referrer");
    }

    private static String policyFor(String page) {
        StringBuilder scripts = new StringBuilder("'self'");
        StringBuilder styles = new StringBuilder("'self'");
        Matcher inline = INLINE.matcher(page);
        while (inline.find()) {
            StringBuilder list = "script".equals(inline.group(1)) ? scripts : styles;
            list.append(" 'sha256-").append(sha256(inline.group(2))).append('\'');
        }
        return "default-src 'none'; script-src " + scripts + "; style-src " + styles
                + "; connect-src 'self' ws: wss:; img-src 'self' data:;"
                + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
