package io.pushmanager.example;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** {@code etcd://host:port}: every manager that is registered there, asked for through etcd's HTTP gateway. */
final class EtcdManagers implements Supplier<CompletableFuture<List<String>>> {

    private static final String PREFIX = "/services/push-manager/";
    /** The first key that does not begin with the prefix. */
    private static final String PREFIX_END = "/services/push-manager0";

    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpRequest range;

    EtcdManagers(URI target) {
        JsonObject body = new JsonObject();
        body.addProperty("key", Base64.getEncoder().encodeToString(PREFIX.getBytes(UTF_8)));
        body.addProperty("range_end", Base64.getEncoder().encodeToString(PREFIX_END.getBytes(UTF_8)));
        range = HttpRequest.newBuilder(URI.create("http://" + target.getAuthority() + "/v3/kv/range"))
                .timeout(Duration.ofSeconds(2))
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
    }

    @Override
    public CompletableFuture<List<String>> get() {
        return http.sendAsync(range, HttpResponse.BodyHandlers.ofString()).thenApply(EtcdManagers::addresses);
    }

    private static List<String> addresses(HttpResponse<String> answer) {
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("etcd answers " + answer.statusCode());
        }
        JsonArray entries = JsonParser.parseString(answer.body()).getAsJsonObject().getAsJsonArray("kvs");
        List<String> addresses = new ArrayList<>();
        for (JsonElement entry : entries == null ? new JsonArray() : entries) {
            String key = entry.getAsJsonObject().get("key").getAsString();
            // The key ends in the address; what else is known of the manager stands in the value.
            addresses.add(new String(Base64.getDecoder().decode(key), UTF_8).substring(PREFIX.length()));
        }
        return addresses;
    }
}
