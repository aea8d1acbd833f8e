package io.pushmanager.controller;

import io.pushmanager.config.ConfigReader;
import java.net.URI;
import java.time.Duration;

/**
 * The Redis that several Controllers share.
 *
 * @param url {@code redis://host:port} or {@code rediss://host:port}, with {@code /n} for another database
 * @param password empty: it asks for none
 * @param prefix of every key
 * @param timeout of one call; a Redis that is slower counts as away
 */
public record RedisConfig(String url, String password, String prefix, Duration timeout) {

    private static final String URL = "controller.redis.url";

    static RedisConfig read(ConfigReader in) {
        String url = in.string(URL, "redis://localhost:6379");
        if (!isRedis(url)) {
            in.reject(URL, "redis://host:port or rediss://host:port, without a password");
        }
        return new RedisConfig(
                url,
                in.string("controller.redis.password", ""),
                in.string("controller.redis.prefix", "push-manager:"),
                in.duration("controller.redis.timeout", "50ms", "30s", "1s"));
    }

    private static boolean isRedis(String url) {
        try {
            URI uri = URI.create(url);
            return ("redis".equals(uri.getScheme()) || "rediss".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null;
        } catch (IllegalArgumentException notAnAddress) {
            return false;
        }
    }

    /** Nothing secret. */
    @Override
    public String toString() {
        return url + " with keys " + prefix + "*";
    }
}
