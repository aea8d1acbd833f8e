package io.pushmanager.config;

import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gets every source of configuration, once, before the process has a Vertx of its own: through vertx-config when there is a
 * file. Without one there is nothing to read or to parse, and a start is a quarter shorter without it.
 *
 * <p><b>Thread:</b> blocks; for the main thread. <b>Failure:</b> a file that cannot be read is an error among the others.
 */
public final class ConfigLoader {

    private ConfigLoader() {}

    /**
     * @param file what {@code --config} names; null to take {@code CONFIG_FILE}, and no file without that
     * @param settings {@code key=value} each, from the command line
     */
    public static LayeredConfigReader load(
            Set<Role> roles, @Nullable String file, List<String> settings, Map<String, String> environment) {
        List<ConfigError> errors = new ArrayList<>();
        Map<String, ConfigValue> commandLine = ConfigSources.commandLine(settings, errors);
        Map<String, String> variables = ours(environment);
        String path = fileToRead(file, environment, errors).orElse("");
        return new LayeredConfigReader(
                path.isEmpty()
                        ? new ConfigSources(roles, commandLine, variables, Map.of(), errors)
                        : withFile(roles, path, commandLine, variables, errors));
    }

    private static ConfigSources withFile(
            Set<Role> roles,
            String path,
            Map<String, ConfigValue> commandLine,
            Map<String, String> variables,
            List<ConfigError> errors) {
        ConfigRetrieverOptions options = new ConfigRetrieverOptions()
                .setIncludeDefaultStores(false)
                .setScanPeriod(-1)
                .addStore(json(SourcesJson.ofCommandLine(commandLine)))
                .addStore(json(SourcesJson.ofEnvironment(variables)))
                .addStore(new ConfigStoreOptions()
                        .setType("file")
                        .setFormat(YamlConfigProcessor.FORMAT)
                        .setConfig(new JsonObject().put("path", path)));
        return SourcesJson.toSources(roles, retrieve(options), errors);
    }

    private static JsonObject retrieve(ConfigRetrieverOptions options) {
        // One small Vertx for this alone: the real one is built from what is read here.
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        try {
            ConfigRetriever retriever = ConfigRetriever.create(vertx, options);
            return await(retriever.getConfig());
        } finally {
            await(vertx.close());
        }
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    private static ConfigStoreOptions json(JsonObject content) {
        return new ConfigStoreOptions().setType("json").setConfig(content);
    }

    /** Variables that no key can have stay out: they are not ours, and may hold somebody's secrets. */
    private static Map<String, String> ours(Map<String, String> environment) {
        Map<String, String> ours = new LinkedHashMap<>();
        environment.forEach((name, text) -> {
            if (ConfigKeys.isVariable(name)) {
                ours.put(name, text);
            }
        });
        return ours;
    }

    private static Optional<String> fileToRead(
            @Nullable String option, Map<String, String> environment, List<ConfigError> errors) {
        String variable = ConfigKeys.CONFIG_FILE_VARIABLE;
        String path = option != null ? option : environment.getOrDefault(variable, "");
        String origin =
                option != null ? ConfigValue.COMMAND_LINE + " --config" : ConfigSources.environmentOrigin(variable);
        if (path.isBlank()) {
            return Optional.empty();
        }
        String problem = problemWith(path);
        if (problem.isEmpty()) {
            return Optional.of(path);
        }
        errors.add(new ConfigError(
                origin,
                "",
                ConfigValue.shown("", path, false) + " " + problem + " (allowed: a YAML file that can be read)"));
        return Optional.empty();
    }

    private static String problemWith(String path) {
        try {
            Path file = Path.of(path);
            if (!Files.exists(file)) {
                return "does not exist";
            }
            if (!Files.isRegularFile(file)) {
                return "is not a file";
            }
            if (!Files.isReadable(file)) {
                return "may not be read by this user";
            }
            return Files.size(file) > YamlFile.MAX_CHARS ? "is larger than " + YamlFile.MAX_CHARS + " bytes" : "";
        } catch (InvalidPathException | IOException e) {
            return "cannot be read";
        }
    }
}
