package io.pushmanager.config;

import io.vertx.config.spi.ConfigProcessor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The format {@link #FORMAT} of vertx-config: YAML whose values keep their line, which the stock format loses.
 *
 * <p>Never fails: what is wrong with the file is part of the result, so that the other sources are read all the same.
 */
public final class YamlConfigProcessor implements ConfigProcessor {

    static final String FORMAT = "yaml-with-lines";

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    @Override
    public String name() {
        return FORMAT;
    }

    @Override
    public Future<JsonObject> process(Vertx vertx, JsonObject configuration, Buffer input) {
        String name = configuration.getString("path");
        List<ConfigError> errors = new ArrayList<>();
        Map<String, ConfigValue> values = Map.of();
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(input.getBytes()))
                    .toString();
            values = YamlFile.parse(name, text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text, errors);
        } catch (CharacterCodingException e) {
            errors.add(new ConfigError(name, "", "bytes that are not UTF-8 (allowed: a YAML file in UTF-8)"));
        }
        return Future.succeededFuture(SourcesJson.ofFile(values, errors));
    }
}
