package io.pushmanager.config;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@link ConfigSources} ↔ the JSON that vertx-config merges: one object for each source, so that none hides another. */
final class SourcesJson {

    private static final String COMMAND_LINE = "command-line";
    private static final String ENVIRONMENT = "environment";
    private static final String FILE = "file";
    private static final String ERRORS = "errors";

    private SourcesJson() {}

    static JsonObject ofCommandLine(Map<String, ConfigValue> values) {
        return new JsonObject().put(COMMAND_LINE, toJson(values));
    }

    static JsonObject ofEnvironment(Map<String, String> environment) {
        JsonObject variables = new JsonObject();
        environment.forEach(variables::put);
        return new JsonObject().put(ENVIRONMENT, variables);
    }

    static JsonObject ofFile(Map<String, ConfigValue> values, List<ConfigError> errors) {
        JsonArray list = new JsonArray();
        errors.forEach(error -> list.add(new JsonObject()
                .put("origin", error.origin())
                .put("key", error.key())
                .put("problem", error.problem())));
        return new JsonObject().put(FILE, toJson(values)).put(ERRORS, list);
    }

    /** @param errors found before the sources were read */
    static ConfigSources toSources(Set<Role> roles, JsonObject merged, List<ConfigError> errors) {
        Map<String, String> environment = new LinkedHashMap<>();
        merged.getJsonObject(ENVIRONMENT, new JsonObject())
                .forEach(variable -> environment.put(variable.getKey(), String.valueOf(variable.getValue())));
        List<ConfigError> all = new ArrayList<>(errors);
        for (Object one : merged.getJsonArray(ERRORS, new JsonArray())) {
            JsonObject error = (JsonObject) one;
            all.add(new ConfigError(
                    error.getString("origin", ""), error.getString("key", ""), error.getString("problem", "")));
        }
        return new ConfigSources(
                roles,
                toValues(merged.getJsonObject(COMMAND_LINE, new JsonObject())),
                environment,
                toValues(merged.getJsonObject(FILE, new JsonObject())),
                all);
    }

    private static JsonObject toJson(Map<String, ConfigValue> values) {
        JsonObject json = new JsonObject();
        values.forEach((key, value) -> json.put(
                key,
                new JsonObject()
                        .put("items", new JsonArray(value.items()))
                        .put("list", value.isList())
                        .put("origin", value.origin())));
        return json;
    }

    private static Map<String, ConfigValue> toValues(JsonObject json) {
        Map<String, ConfigValue> values = new LinkedHashMap<>();
        for (String key : json.fieldNames()) {
            JsonObject value = json.getJsonObject(key);
            List<String> items =
                    value.getJsonArray("items").stream().map(String::valueOf).toList();
            values.put(key, new ConfigValue(items, value.getBoolean("list"), value.getString("origin")));
        }
        return values;
    }
}
