package io.pushmanager.core.routes;

import io.pushmanager.core.outcome.PushError;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Gives each push the route to its room or user: at once while the one known is fresh, else after a look-up.
 *
 * <pre>
 *   push ─▶ fresh route? ──yes─────────────────────────────▶ routed
 *              └─no─▶ queue of its key ─▶ wanted ─▶ batch ─▶ routed, or refused
 *                       (one look-up each)   (what a turn of the event loop wants: one question)
 * </pre>
 *
 * <p><b>Order:</b> pushes with the same key leave in the order in which they came: while one waits, later ones wait behind
 * it. <b>Age:</b> no push gets a route older than {@link RouteLimits#ttlNanos} when it came: one that joins a look-up
 * that has been under way for longer waits for the next. <b>Bound:</b> {@link RouteLimits}. <b>Thread:</b> one event loop.
 * <b>Time:</b> callers pass monotonic {@code nowNanos}. <b>Failure:</b> a look-up that fails leaves its pushes the route of
 * before until its time is up, and refuses them without one.
 */
public final class RouteDesk {

    /** A push that wants a route. Exactly one of the two is called, perhaps before {@link #ask} returns. */
    interface Client {

        void routed(Route route, long nowNanos);

        void refused(PushError error);

        int sizeBytes();

        /** When it is refused at the latest. */
        long patienceEndsNanos();
    }

    /** What the shell is told. */
    public interface Events {

        /** Somebody waits; {@link #next} may have something to ask. */
        void waits();

        /** A push found a fresh route. */
        void found();

        /** A push found its route wrong, and waits for a new one. */
        void rerouted();
    }

    /** Look-ups that go as one question. */
    public static final class Batch {

        private final List<Lookup> lookups;

        private Batch(List<Lookup> lookups) {
            this.lookups = lookups;
        }

        public List<RouteKey> keys() {
            return lookups.stream().map(lookup -> lookup.key).toList();
        }
    }

    private static final class Lookup {
        final RouteKey key;
        final Deque<Place> queue = new ArrayDeque<>(2);
        long startedNanos;
        long generation;

        Lookup(RouteKey key) {
            this.key = key;
        }
    }

    /** A place in a queue; without a client once that one's patience is over. */
    private static final class Place {
        @Nullable
        Client client;

        final long oldestNanos;
        final long generation;
        final long endsNanos;

        Place(Client client, long oldestNanos, long generation) {
            this.client = client;
            this.oldestNanos = oldestNanos;
            this.generation = generation;
            this.endsNanos = client.patienceEndsNanos();
        }
    }

    private final RouteLimits limits;
    private final Events events;
    private final RouteTable table;
    private final Map<RouteKey, Lookup> lookups = new HashMap<>();
    private final Deque<Lookup> wanted = new ArrayDeque<>();
    private final PriorityQueue<Place> ends = new PriorityQueue<>(Comparator.comparingLong(place -> place.endsNanos));
    private int calls;
    private int waiting;
    private long waitingBytes;
    private long generation;

    public RouteDesk(RouteLimits limits, Events events) {
        this.limits = limits;
        this.events = events;
        this.table = new RouteTable(limits.maxEntries());
    }

    /** @param renew whether only a route will do that is asked for from now on */
    void ask(RouteKey key, Client client, boolean renew, long nowNanos) {
        Lookup lookup = lookups.get(key);
        if (lookup == null && !renew) {
            Route route = table.get(key);
            if (route != null && isFresh(route, nowNanos)) {
                events.found();
                client.routed(route, nowNanos);
                return;
            }
        }
        if (waiting >= limits.maxWaiting() || waitingBytes + client.sizeBytes() > limits.maxWaitingBytes()) {
            client.refused(RouteErrors.tooManyLookups(limits.maxWaiting()));
            return;
        }
        if (lookup == null) {
            lookup = new Lookup(key);
            lookups.put(key, lookup);
            wanted.add(lookup);
        }
        Place place = new Place(client, renew ? nowNanos + 1 : nowNanos - limits.ttlNanos(), generation);
        lookup.queue.add(place);
        ends.add(place);
        waiting++;
        waitingBytes += client.sizeBytes();
        if (renew) {
            events.rerouted();
        }
        events.waits();
    }

    private boolean isFresh(Route route, long nowNanos) {
        long ttl = route.isEmpty() ? limits.nobodyTtlNanos() : limits.ttlNanos();
        return route.generation() == generation && nowNanos - route.asOfNanos() <= ttl;
    }

    /** Nodes came or went: every route is looked up again before it is next used. */
    public void nodesChanged() {
        generation++;
    }

    /** What is to be asked now; null: nothing, or enough is under way. */
    public @Nullable Batch next(long nowNanos) {
        if (wanted.isEmpty() || calls >= RouteLimits.MAX_CALLS) {
            return null;
        }
        List<Lookup> taken = new ArrayList<>(Math.min(wanted.size(), RouteLimits.MAX_KEYS));
        while (!wanted.isEmpty() && taken.size() < RouteLimits.MAX_KEYS) {
            Lookup lookup = wanted.remove();
            lookup.startedNanos = nowNanos;
            lookup.generation = generation;
            taken.add(lookup);
        }
        calls++;
        return new Batch(taken);
    }

    /** The directory's answer. One that does not fit the question is a failure. */
    public void answered(Batch batch, RouteAnswer answer, long nowNanos) {
        if (answer.holders().size() != batch.lookups.size()) {
            failed(batch, "its answer does not fit the question", nowNanos);
            return;
        }
        calls--;
        for (int i = 0; i < batch.lookups.size(); i++) {
            Lookup lookup = batch.lookups.get(i);
            Route route = new Route(answer.holders().get(i), answer.told(), lookup.startedNanos, lookup.generation);
            table.put(lookup.key, route);
            Place head = lookup.queue.peek();
            while (head != null && isMet(head, lookup)) {
                lookup.queue.remove();
                Client client = leave(head);
                if (client != null) {
                    client.routed(route, nowNanos);
                }
                head = lookup.queue.peek();
            }
            if (head == null) {
                lookups.remove(lookup.key);
            } else {
                wanted.add(lookup);
            }
        }
    }

    private static boolean isMet(Place place, Lookup lookup) {
        return place.client == null
                || (lookup.startedNanos - place.oldestNanos >= 0 && lookup.generation >= place.generation);
    }

    /** Nobody answered. */
    public void failed(Batch batch, String why, long nowNanos) {
        calls--;
        PushError error = RouteErrors.controllerAway(why);
        for (Lookup lookup : batch.lookups) {
            Route before = table.get(lookup.key);
            boolean isUsable = before != null && nowNanos - before.asOfNanos() <= limits.ttlNanos();
            for (Place head = lookup.queue.poll(); head != null; head = lookup.queue.poll()) {
                Client client = leave(head);
                if (client == null) {
                    continue;
                }
                if (before != null && isUsable && before.asOfNanos() - head.oldestNanos >= 0) {
                    client.routed(before, nowNanos);
                } else {
                    client.refused(error);
                }
            }
            lookups.remove(lookup.key);
        }
    }

    private @Nullable Client leave(Place place) {
        Client client = place.client;
        if (client != null) {
            place.client = null;
            waiting--;
            waitingBytes -= client.sizeBytes();
            if (ends.size() > 2 * waiting + 64) {
                ends.removeIf(other -> other.client == null);
            }
        }
        return client;
    }

    /** Refuses those whose patience is over. */
    public void advance(long nowNanos) {
        for (Place first = ends.peek(); first != null && first.endsNanos - nowNanos <= 0; first = ends.peek()) {
            ends.remove();
            Client client = leave(first);
            if (client != null) {
                client.refused(RouteErrors.controllerAway("no answer in time"));
            }
        }
    }

    /** Refuses all who wait. */
    public void refuseAll(PushError error) {
        for (Lookup lookup : List.copyOf(lookups.values())) {
            for (Place place : List.copyOf(lookup.queue)) {
                Client client = leave(place);
                if (client != null) {
                    client.refused(error);
                }
            }
        }
    }

    public boolean isWaiting() {
        return waiting > 0;
    }

    public int waiting() {
        return waiting;
    }

    public int entries() {
        return table.size();
    }
}
