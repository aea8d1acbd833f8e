package io.pushmanager.example;

import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** {@code managers:///host:port,host:port}: always these. */
record StaticManagers(URI target) implements Supplier<CompletableFuture<List<String>>> {

    @Override
    public CompletableFuture<List<String>> get() {
        return CompletableFuture.completedFuture(
                List.of(target.getPath().substring(1).split(",")));
    }
}
