package io.pushmanager.telemetry;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Named conditions of this process: readiness checks, each with what is wrong while it fails, and notices.
 *
 * <p>A check that has not been set yet counts as failing once it is declared. <b>Thread:</b> any.
 */
public final class Health {

    private static final String OK = "";

    private final Map<String, String> checks = new ConcurrentHashMap<>();
    private final Map<String, String> notices = new ConcurrentHashMap<>();

    /** Declares a check that fails, for the reason given, until {@link #up}. */
    public void down(String check, String reason) {
        checks.put(check, reason.isEmpty() ? "down" : reason);
    }

    public void up(String check) {
        checks.put(check, OK);
    }

    /** Something that an operator should know and that readiness does not depend on. Takes the place of an earlier one. */
    public void notice(String name, String text) {
        notices.put(name, text);
    }

    public void noticeOver(String name) {
        notices.remove(name);
    }

    /** What an operator should know, by name. */
    public Map<String, String> notices() {
        return new TreeMap<>(notices);
    }

    public boolean isReady() {
        return checks.values().stream().allMatch(String::isEmpty);
    }

    /** What is wrong, by check; empty when ready. */
    public Map<String, String> failures() {
        Map<String, String> failing = new LinkedHashMap<>();
        checks.forEach((check, reason) -> {
            if (!reason.isEmpty()) {
                failing.put(check, reason);
            }
        });
        return failing;
    }
}
