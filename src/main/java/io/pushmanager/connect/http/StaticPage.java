package io.pushmanager.connect.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** The page and what it uses, out of the jar, with the headers that keep a browser from loading anything else. */
final class StaticPage {

    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    private static final String SCRIPT = "text/javascript; charset=utf-8";

    private StaticPage() {}

    /** By path. */
    static Map<String, HttpReply> all() {
        return Map.of(
                "/", load("index.html", "text/html; charset=utf-8"),
                "/client.js", load("client.js", SCRIPT),
                "/page.js", load("page.js", SCRIPT),
                "/style.css", load("style.css", "text/css; charset=utf-8"),
                "/icon.svg", load("icon.svg", "image/svg+xml"));
    }

    private static HttpReply load(String name, String type) {
        try (InputStream in = StaticPage.class.getResourceAsStream("/web/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the jar has no web/" + name);
            }
            return HttpReply.of(type, in.readAllBytes())
                    .with("Content-Security-Policy", POLICY)
                    .with("X-Content-Type-Options", "nosniff")
                    .with("Referrer-Policy", "no-referrer");
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }
}
