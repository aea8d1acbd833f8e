package io.pushmanager.config;

import io.pushmanager.core.text.Printable;
import java.util.Arrays;
import java.util.List;

/**
 * One configured value and where it stands.
 *
 * @param items the value's parts when it is a list in the file; otherwise its one text
 * @param isList whether it is a list in the file
 * @param origin for people: {@code command line}, {@code environment NODE_ID}, {@code conf/all.yaml:12}, {@code default}
 */
public record ConfigValue(List<String> items, boolean isList, String origin) {

    public static final String COMMAND_LINE = "command line";
    public static final String DEFAULT = "default";

    public static ConfigValue scalar(String text, String origin) {
        return new ConfigValue(List.of(text), false, origin);
    }

    public static ConfigValue list(List<String> items, String origin) {
        return new ConfigValue(List.copyOf(items), true, origin);
    }

    /** The value as one text; of a list its parts with commas between. */
    public String text() {
        return String.join(",", items);
    }

    /** The parts of a list, or of a text with commas between them; without blanks around and without empty ones. */
    public List<String> parts() {
        return items.stream()
                .flatMap(item -> isList ? List.of(item).stream() : Arrays.stream(item.split(",", -1)))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    public boolean isEmpty() {
        return text().isBlank();
    }

    /** The value as an error shows it: escaped, shortened, and nothing of a secret. */
    String shown(String key) {
        return shown(key, text(), isList);
    }

    static String shown(String key, String text, boolean isList) {
        String safe = Secrets.redact(key, text);
        String cut = safe.length() > 120 ? safe.substring(0, 117) + "..." : safe;
        String escaped = Printable.escape(cut);
        return isList ? "[" + escaped + "]" : '"' + escaped + '"';
    }
}
