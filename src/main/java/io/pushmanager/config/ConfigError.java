package io.pushmanager.config;

/**
 * One thing that is wrong with the configuration, as a person needs it to mend it.
 *
 * @param origin where it stands, such as {@code conf/all.yaml:12} or {@code environment HTTP_PORT}; empty if nowhere
 * @param key empty when it concerns a whole file
 * @param problem the value seen and what is allowed
 */
public record ConfigError(String origin, String key, String problem) {

    @Override
    public String toString() {
        StringBuilder line = new StringBuilder();
        for (String part : new String[] {origin, key, problem}) {
            if (!part.isEmpty()) {
                line.append(line.isEmpty() ? "" : ": ").append(part);
            }
        }
        return line.toString();
    }
}
