package io.pushmanager.directory;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.ControllerSeen;
import io.pushmanager.bus.RouteQuery;
import io.pushmanager.config.HostPort;
import io.pushmanager.core.routes.RouteAnswer;
import io.pushmanager.core.text.Printable;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.LocateRequest;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.RateLimitedLog;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers where rooms and users are, by asking a Controller: the one that answered last, and if it fails the others.
 *
 * <p>Deploy it before what tells of Controllers: what that said earlier is not repeated.
 *
 * <p><b>Bound:</b> as many calls as its caller has questions open. <b>Thread:</b> its own event loop. <b>Time:</b> one time-out
 * for a question; each Controller has half of what is left of it, the last one all. <b>Failure:</b> no Controller, or none that
 * answers, fails the question.
 */
public final class DirectoryVerticle extends VerticleBase {

    private static final Logger log = LoggerFactory.getLogger(DirectoryVerticle.class);

    private final DirectoryConfig config;
    private final List<HostPort> fixed;
    private final Bus bus;
    private final Clocks clocks;
    private final Meters meters;
    private final RateLimitedLog troubles;

    /** Event loop only: the one to ask first is the first. */
    private final List<ControllerClient> controllers = new ArrayList<>();

    /** @param fixed Controllers that need not be in the registry */
    public DirectoryVerticle(DirectoryConfig config, List<HostPort> fixed, Bus bus, Clocks clocks, Meters meters) {
        this.config = config;
        this.fixed = List.copyOf(fixed);
        this.bus = bus;
        this.clocks = clocks;
        this.meters = meters;
        this.troubles = new RateLimitedLog(log, Duration.ofMinutes(1), clocks);
    }

    @Override
    public Future<?> start() {
        fixed.forEach(this::add);
        bus.consume(Addresses.CONTROLLERS, this::seen);
        bus.answer(Addresses.ROUTES, this::answer);
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        return Future.join(controllers.stream().map(ControllerClient::close).toList());
    }

    private void seen(ControllerSeen seen) {
        HostPort.parse(seen.address()).ifPresent(address -> {
            if (seen.up()) {
                add(address);
            } else if (!fixed.contains(address)) {
                controllers.stream()
                        .filter(known -> known.address().equals(address))
                        .toList()
                        .forEach(this::remove);
            }
        });
    }

    private void add(HostPort address) {
        if (controllers.stream().noneMatch(known -> known.address().equals(address))) {
            ControllerClient found = new ControllerClient(vertx, address);
            controllers.add(found);
            found.locate(LocateRequest.getDefaultInstance(), config.lookupTimeout()); // connects before the first push
        }
    }

    private void remove(ControllerClient gone) {
        controllers.remove(gone);
        gone.close();
    }

    private Future<RouteAnswer> answer(RouteQuery query) {
        long started = clocks.nanoTime();
        LocateRequest question = LocateMapper.toProto(query.keys());
        return ask(query, question, new ArrayDeque<>(controllers), started, "no Controller is known")
                .onComplete(done ->
                        meters.routeLookup(done.succeeded(), query.keys().size(), clocks.nanoTime() - started));
    }

    private Future<RouteAnswer> ask(
            RouteQuery query, LocateRequest question, Deque<ControllerClient> left, long started, String before) {
        Duration time = config.lookupTimeout().minusNanos(clocks.nanoTime() - started);
        ControllerClient next = left.poll();
        if (next == null || time.toMillis() < 1) {
            troubles.warn("no Controller says where to push to: {}", before);
            return Future.failedFuture(before);
        }
        return next.locate(question, left.isEmpty() ? time : time.dividedBy(2))
                .map(reply -> LocateMapper.toCore(query.keys(), reply))
                .recover(failure -> {
                    String why = next.address() + ": " + Printable.escape(String.valueOf(failure.getMessage()));
                    askLast(next);
                    return ask(query, question, left, started, why);
                });
    }

    /** Whoever failed is the last to be asked, until the others fail too. */
    private void askLast(ControllerClient failed) {
        if (controllers.remove(failed)) {
            controllers.add(failed);
        }
    }
}
