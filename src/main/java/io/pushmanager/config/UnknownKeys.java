package io.pushmanager.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Finds what is configured and known to nobody, and says what was probably meant. */
final class UnknownKeys {

    private final ConfigSources sources;
    private final Set<String> known;

    UnknownKeys(ConfigSources sources, Set<String> read) {
        this.sources = sources;
        this.known = new TreeSet<>(read);
        known.addAll(ConfigKeys.contractKeys());
    }

    List<ConfigError> find() {
        List<ConfigError> unknown = new ArrayList<>();
        for (Map<String, ConfigValue> layer : List.of(sources.commandLine(), sources.file())) {
            layer.forEach((key, value) -> {
                if (!known.contains(key)) {
                    unknown.add(new ConfigError(value.origin(), key, describe(key, value)));
                }
            });
        }
        unknown.addAll(variables());
        return unknown;
    }

    private String describe(String key, ConfigValue value) {
        Optional<String> group =
                known.stream().filter(one -> one.startsWith(key + ".")).findFirst();
        if (group.isPresent()) {
            return value.shown(key) + " (a group of keys, such as " + group.get() + ", not a value)";
        }
        Optional<String> parent =
                known.stream().filter(one -> key.startsWith(one + ".")).findFirst();
        if (parent.isPresent()) {
            return value.shown(key) + " (unknown key: " + parent.get() + " takes one value, not a group of keys)";
        }
        String nearest = Nearest.to(key, known).orElse("");
        // A secret under a misspelt key is a secret still.
        String shown = Secrets.isSecret(nearest) ? value.shown(nearest) : value.shown(key);
        return shown + " (unknown key; the nearest known one is " + nearest + ")";
    }

    private List<ConfigError> variables() {
        Set<String> ours = new TreeSet<>();
        Map<String, List<String>> renamed = new TreeMap<>();
        for (String key : known) {
            List<String> names = ConfigKeys.variablesOf(key, sources.roles());
            ours.addAll(names);
            if (!names.contains(ConfigKeys.prefixed(key))) {
                renamed.put(ConfigKeys.prefixed(key), names);
            }
        }
        List<ConfigError> unknown = new ArrayList<>();
        new TreeMap<>(sources.environment()).forEach((name, text) -> {
            if (name.startsWith(ConfigKeys.PREFIX) && !text.isBlank() && !ours.contains(name)) {
                List<String> meant = renamed.getOrDefault(name, List.of());
                String nearest = meant.isEmpty() ? Nearest.to(name, ours).orElse("") : meant.get(0);
                String likeKey = name.toLowerCase(Locale.ROOT).replace('_', '-');
                String likeNearest = nearest.toLowerCase(Locale.ROOT).replace('_', '-');
                String secretive = Secrets.isSecret(likeNearest) ? likeNearest : likeKey;
                unknown.add(new ConfigError(
                        ConfigSources.environmentOrigin(name),
                        "",
                        ConfigValue.shown(secretive, text, false) + " (unknown variable; the nearest known one is "
                                + nearest + ")"));
            }
        });
        return unknown;
    }
}
