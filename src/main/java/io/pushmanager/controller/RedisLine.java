package io.pushmanager.controller;

import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.text.Printable;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.RateLimitedLog;
import io.pushmanager.wire.grpc.PushErrorException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection to Redis: calls go out in order without waiting for one another.
 *
 * <p><b>Bound:</b> {@value #MAX_UNDER_WAY} calls under way. <b>Thread:</b> the Controller's event loop. <b>Failure:</b> while
 * Redis is away calls fail at once; a call that takes longer than the time-out ends the connection, since what comes after
 * it would wait as well. A new one is tried every {@value #RETRY_MILLIS} ms, each with a client of its own: the client's pool
 * would hand out again what it was given back, a connection that is dead without knowing, and keeps a place for each attempt
 * that nobody waits for any more.
 */
final class RedisLine {

    static final int RETRY_MILLIS = 500;
    private static final int MAX_UNDER_WAY = 8_192;
    private static final Logger log = LoggerFactory.getLogger(RedisLine.class);

    private final Vertx vertx;
    private final RedisConfig config;
    private final RateLimitedLog troubles;
    private final RedisOptions options;
    private final long retryMillis;
    private final String script = read();
    private String storeId = "";
    private String sha = "";
    private @Nullable Redis client;
    private @Nullable RedisConnection connection;
    private boolean closed;

    RedisLine(Vertx vertx, RedisConfig config, Clocks clocks) {
        this(vertx, config, clocks, RETRY_MILLIS);
    }

    RedisLine(Vertx vertx, RedisConfig config, Clocks clocks, long retryMillis) {
        this.vertx = vertx;
        this.config = config;
        this.troubles = new RateLimitedLog(log, Duration.ofMinutes(1), clocks);
        this.retryMillis = retryMillis;
        this.options = new RedisOptions().setConnectionString(config.url()).setMaxWaitingHandlers(MAX_UNDER_WAY);
        options.getNetClientOptions().setConnectTimeout((int) config.timeout().toMillis());
        if (!config.password().isEmpty()) {
            options.setPassword(config.password());
        }
    }

    /** The data's own name. Empty before the first connection. */
    String storeId() {
        return storeId;
    }

    /** Completes with the first attempt, whatever comes of it. */
    Future<Void> open() {
        Redis tried = Redis.createClient(vertx, options);
        client = tried;
        return tried.connect()
                .timeout(config.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .compose(opened -> prepare(tried, opened))
                .onFailure(failure -> away(failure.toString()))
                .otherwiseEmpty();
    }

    private Future<Void> prepare(Redis tried, RedisConnection opened) {
        opened.exceptionHandler(failure -> lost(opened, failure.toString()));
        opened.endHandler(end -> lost(opened, "it closed the connection"));
        String key = config.prefix() + "store-id";
        Future<Void> prepared = opened.send(
                        Request.cmd(Command.SCRIPT).arg("LOAD").arg(script))
                .onSuccess(loaded -> sha = String.valueOf(loaded))
                .compose(loaded -> opened.send(Request.cmd(Command.SET)
                        .arg(key)
                        .arg(UUID.randomUUID().toString())
                        .arg("NX")))
                .compose(set -> opened.send(Request.cmd(Command.GET).arg(key)))
                .map(id -> {
                    if (client == tried) { // else it was given up meanwhile
                        storeId = String.valueOf(id);
                        connection = opened;
                        log.info("Redis at {} is there", config.url());
                    }
                    return null;
                });
        return prepared.timeout(config.timeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    private void lost(RedisConnection which, String why) {
        if (connection == which) {
            away(why);
        }
    }

    /** Of this attempt nothing is left; another follows. */
    private void away(String why) {
        if (closed) {
            return;
        }
        troubles.warn("Redis at {} is away: {}", config.url(), Printable.escape(why));
        end().onComplete(ended -> {});
        vertx.setTimer(retryMillis, again -> {
            if (!closed) {
                open();
            }
        });
    }

    private Future<Void> end() {
        Redis ended = client;
        client = null;
        connection = null;
        return ended == null ? Future.succeededFuture() : ended.close();
    }

    /** Calls an operation of the script. */
    Future<Response> call(String operation, List<String> arguments) {
        RedisConnection open = connection;
        if (open == null) {
            return Future.failedFuture(refusal());
        }
        Request request =
                Request.cmd(Command.EVALSHA).arg(sha).arg(0).arg(operation).arg(config.prefix());
        arguments.forEach(request::arg);
        return open.send(request)
                .timeout(config.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .map(Objects::requireNonNull)
                .recover(failure -> {
                    lost(open, failure.toString());
                    return Future.failedFuture(refusal());
                });
    }

    private static PushErrorException refusal() {
        return new PushErrorException(PushError.retryable(
                ErrorCode.UNAVAILABLE, "STORE_AWAY", "the store of presence is away", 2L * RETRY_MILLIS));
    }

    Future<Void> close() {
        closed = true;
        return end();
    }

    private static String read() {
        try (InputStream in = Objects.requireNonNull(RedisLine.class.getResourceAsStream("presence.lua"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
