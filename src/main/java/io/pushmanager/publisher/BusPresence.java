package io.pushmanager.publisher;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.JsonBus;
import io.pushmanager.core.credits.ManagerCredits;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntSupplier;

/**
 * A Push-Manager on a bus that it shares: where it answers, what it says of itself, and which other managers hear that.
 *
 * <p><b>Thread:</b> the event loop of {@link PublishVerticle}, unless a method says otherwise. <b>Time:</b> it speaks
 * every {@value #BEAT_MILLIS} ms.
 */
public final class BusPresence {

    static final long BEAT_MILLIS = 500;
    /** In beats: who has been silent for longer is not said to be heard. */
    private static final long SILENCE = 6;

    private final Vertx vertx;
    private final Context home;
    private final JsonBus bus;
    private final String managerId;
    private final String instanceId;
    private final IntSupplier free;
    private final List<JsonBus.Registration> registrations = new ArrayList<>();
    private final List<String> addresses = new ArrayList<>();
    private final ManagerCredits others = new ManagerCredits(SILENCE);
    private volatile Set<String> deafToUs = Set.of();
    private final Set<String> deaf = new HashSet<>();
    private long beats;
    private long timer;
    private boolean draining;
    private boolean ended;

    BusPresence(Vertx vertx, JsonBus bus, String managerId, String instanceId, IntSupplier free) {
        this.vertx = vertx;
        this.home = vertx.getOrCreateContext();
        this.bus = bus;
        this.managerId = managerId;
        this.instanceId = instanceId;
        this.free = free;
    }

    void answer(String address, Function<JsonBus.Request, Future<JsonObject>> handler) {
        add(address, bus.answer(address, handler));
        String own = JsonBus.ownAddress(address, instanceId);
        add(own, bus.answer(own, handler));
    }

    void answerBytes(String address, Function<JsonBus.Request, Future<Buffer>> handler) {
        add(address, bus.answerBytes(address, handler));
        String own = JsonBus.ownAddress(address, instanceId);
        add(own, bus.answerBytes(own, handler));
    }

    private void add(String address, JsonBus.Registration registration) {
        addresses.add(address);
        registrations.add(registration);
    }

    /** Completes once members know all addresses. */
    Future<Void> begin() {
        add(Addresses.MANAGERS, bus.subscribe(Addresses.MANAGERS, this::heard));
        return Future.all(
                        registrations.stream().map(JsonBus.Registration::known).toList())
                .<Void>mapEmpty()
                .onSuccess(known -> beat());
    }

    private void heard(JsonObject said) {
        String other = said.getString("instance_id", "");
        if (other.isEmpty() || other.equals(instanceId)) {
            return;
        }
        others.heard(other, 0, true, beats);
        JsonArray heardThere = said.getJsonArray("hears", new JsonArray());
        if (heardThere.contains(instanceId)) {
            deaf.remove(other);
        } else {
            deaf.add(other);
        }
        deafToUs = Set.copyOf(deaf);
    }

    private void beat() {
        if (ended) {
            return;
        }
        beats++;
        if (deaf.removeAll(others.takeSilent(beats))) {
            deafToUs = Set.copyOf(deaf);
        }
        bus.publish(
                Addresses.MANAGERS,
                new JsonObject()
                        .put("manager_id", managerId)
                        .put("instance_id", instanceId)
                        .put("state", draining ? "draining" : "serving")
                        .put("free", free.getAsInt())
                        .put("hears", new JsonArray(new ArrayList<>(others.instances()))));
        vertx.cancelTimer(timer);
        timer = vertx.setTimer(BEAT_MILLIS, due -> beat());
    }

    /** Where it answers. <b>Thread:</b> any, once listening. */
    public List<String> addresses() {
        return List.copyOf(addresses);
    }

    /** Managers that are heard and do not hear this one. <b>Thread:</b> any. */
    public Set<String> deafToUs() {
        return deafToUs;
    }

    /** Says that it takes no more; publishers that hear it turn to others. <b>Thread:</b> any. */
    public void drain() {
        home.runOnContext(onContext -> {
            draining = true;
            beat();
        });
    }

    /** Answers no more. <b>Thread:</b> any. */
    public Future<Void> end() {
        home.runOnContext(onContext -> {
            ended = true;
            vertx.cancelTimer(timer);
        });
        return Future.join(
                        registrations.stream().map(JsonBus.Registration::cancel).toList())
                .mapEmpty();
    }
}
