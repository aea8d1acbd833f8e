package io.pushmanager.connect.presence;

import io.pushmanager.config.HostPort;
import io.pushmanager.core.retry.Backoff;
import io.pushmanager.core.time.Clocks;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The Controllers that are known, and the present link to each.
 *
 * <p><b>Bound:</b> one link a Controller. <b>Thread:</b> its owner's event loop. <b>Failure:</b> a link that ends is opened
 * again, after 0.1 to 2 s, for as long as the Controller is known.
 */
final class ControllerLinks {

    private final Vertx vertx;
    private final ControllerLink.Owner owner;
    private final Clocks clocks;
    private final DoubleSupplier random;
    private final Backoff backoff = new Backoff(TimeUnit.MILLISECONDS.toNanos(200), TimeUnit.SECONDS.toNanos(2));
    private final Map<HostPort, Known> controllers = new LinkedHashMap<>();
    private boolean left;

    private static final class Known {
        final boolean isFixed;

        @Nullable
        ControllerLink link;

        /** Whether it is to be found again when the link ends. */
        boolean isWanted = true;

        /** In a row, since there was a link that worked. */
        int failures;

        Known(boolean isFixed) {
            this.isFixed = isFixed;
        }
    }

    /** @param random in [0, 1) */
    ControllerLinks(Vertx vertx, ControllerLink.Owner owner, Clocks clocks, DoubleSupplier random) {
        this.vertx = vertx;
        this.owner = owner;
        this.clocks = clocks;
        this.random = random;
    }

    /** @param isFixed stays known whatever the registry says */
    void known(HostPort address, boolean isFixed) {
        Known known = controllers.get(address);
        if (known != null) {
            known.isWanted = true;
        } else if (!left) {
            Known found = new Known(isFixed);
            controllers.put(address, found);
            open(address, found);
        }
    }

    /** A link that works is kept: the registry may be the one that errs. */
    void gone(HostPort address) {
        Known known = controllers.get(address);
        if (known == null || known.isFixed) {
            return;
        }
        known.isWanted = false;
        if (known.link == null || !known.link.isWelcome()) {
            controllers.remove(address);
            if (known.link != null) {
                known.link.end("the Controller is gone");
            }
        }
    }

    private void open(HostPort address, Known known) {
        ControllerLink link = new ControllerLink(vertx, address, owner, clocks);
        known.link = link;
        link.open();
    }

    /** A link has ended; another follows if its Controller is wanted. False: it was not the present one. */
    boolean lost(ControllerLink link) {
        HostPort address = link.address();
        Known known = controllers.get(address);
        if (known == null || known.link != link || left) {
            return false;
        }
        known.link = null;
        if (!known.isWanted) {
            controllers.remove(address);
            return true;
        }
        known.failures = link.isWelcome() ? 1 : known.failures + 1;
        long delayMillis = TimeUnit.NANOSECONDS.toMillis(backoff.delayNanos(known.failures, random.getAsDouble()));
        vertx.setTimer(Math.max(1, delayMillis), retry -> {
            if (!left && controllers.get(address) == known && known.link == null) {
                open(address, known);
            }
        });
        return true;
    }

    /** Tells every Controller that this node is leaving; none is known after that. */
    Future<?> leave() {
        left = true;
        List<Future<Void>> told = new ArrayList<>();
        links().forEach(link -> told.add(link.leave()));
        return Future.join(told).otherwiseEmpty();
    }

    /** In the order in which they became known. */
    List<ControllerLink> links() {
        List<ControllerLink> links = new ArrayList<>(controllers.size());
        for (Known known : controllers.values()) {
            if (known.link != null) {
                links.add(known.link);
            }
        }
        return links;
    }
}
