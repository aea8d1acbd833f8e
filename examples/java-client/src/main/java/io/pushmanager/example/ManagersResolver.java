package io.pushmanager.example;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Tells a channel where the managers are: at its start, every three seconds, and when a connection is lost.
 *
 * <p><b>Failure:</b> a lookup that fails changes nothing once an earlier one has succeeded, so that the managers outlive
 * etcd; before that, calls are told why they fail.
 */
final class ManagersResolver extends NameResolver {

    private static final long LOOK_UP_SECONDS = 3;

    private final Supplier<CompletableFuture<List<String>>> lookup;
    private final SynchronizationContext context;
    private final ScheduledExecutorService scheduler;

    // synchronization context only
    private Listener2 listener;
    private ScheduledFuture<?> timer;
    private boolean isKnown;
    private boolean isLookingUp;

    private ManagersResolver(Supplier<CompletableFuture<List<String>>> lookup, Args args) {
        this.lookup = lookup;
        context = args.getSynchronizationContext();
        scheduler = args.getScheduledExecutorService();
    }

    @Override
    public String getServiceAuthority() {
        return "push-manager";
    }

    @Override
    public void start(Listener2 told) {
        listener = told;
        timer = scheduler.scheduleWithFixedDelay(
                () -> context.execute(this::refresh), LOOK_UP_SECONDS, LOOK_UP_SECONDS, TimeUnit.SECONDS);
        refresh();
    }

    @Override
    public void refresh() {
        if (!isLookingUp) {
            isLookingUp = true;
            lookup.get().whenComplete((found, failure) -> context.execute(() -> tell(found, failure)));
        }
    }

    @Override
    public void shutdown() {
        timer.cancel(false);
    }

    private void tell(Collection<String> found, Throwable failure) {
        isLookingUp = false;
        if (failure == null && !found.isEmpty()) {
            isKnown = true;
            listener.onResult(ResolutionResult.newBuilder()
                    .setAddressesOrError(StatusOr.fromValue(
                            found.stream().map(ManagersResolver::address).toList()))
                    .build());
        } else if (!isKnown) {
            listener.onError(Status.UNAVAILABLE.withDescription("no manager is known").withCause(failure));
        }
    }

    private static EquivalentAddressGroup address(String hostPort) {
        int colon = hostPort.lastIndexOf(':');
        SocketAddress address =
                new InetSocketAddress(hostPort.substring(0, colon), Integer.parseInt(hostPort.substring(colon + 1)));
        return new EquivalentAddressGroup(address);
    }

    /** For targets of this scheme. */
    static final class Provider extends NameResolverProvider {

        private final String scheme;
        private final Function<URI, Supplier<CompletableFuture<List<String>>>> lookups;

        Provider(String scheme, Function<URI, Supplier<CompletableFuture<List<String>>>> lookups) {
            this.scheme = scheme;
            this.lookups = lookups;
        }

        @Override
        public NameResolver newNameResolver(URI target, Args args) {
            return target.getScheme().equals(scheme) ? new ManagersResolver(lookups.apply(target), args) : null;
        }

        @Override
        public String getDefaultScheme() {
            return scheme;
        }

        @Override
        protected boolean isAvailable() {
            return true;
        }

        @Override
        protected int priority() {
            return 0; // below DNS: a target without a scheme stays a host name
        }
    }
}
