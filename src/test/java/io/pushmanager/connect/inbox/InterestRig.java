package io.pushmanager.connect.inbox;

import static io.pushmanager.wire.grpc.GrpcProbe.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pushmanager.connect.ConnectConfig;
import io.pushmanager.connect.ConnectNode;
import io.pushmanager.connect.hub.InterestFeed;
import io.pushmanager.connect.hub.NodeHub;
import io.pushmanager.core.explain.ExplainLimits;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.LinkInterest;
import io.pushmanager.proto.pubsub.LinkInterestAck;
import io.pushmanager.proto.pubsub.LinkProbe;
import io.pushmanager.proto.pubsub.LinkProbeAnswer;
import io.pushmanager.proto.pubsub.ManagerFrame;
import io.pushmanager.proto.pubsub.NodeFrame;
import io.pushmanager.telemetry.Health;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.Tracing;
import io.pushmanager.testing.MapConfigReader;
import io.pushmanager.wire.InterestHash;
import io.pushmanager.wire.grpc.GrpcProbe;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A whole node: the clients' side on two event loops, and the inbox, whose managers the test plays. */
final class InterestRig implements AutoCloseable {

    static final long LONG_LEASE_NANOS = Duration.ofSeconds(10).toNanos();

    private static final Clocks CLOCKS = new Clocks(System::nanoTime, System::currentTimeMillis);

    final Vertx vertx = Vertx.vertx();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final WebSocketClient webSockets = vertx.createWebSocketClient(); // one that nobody holds closes itself
    private final ConnectNode node;
    final GrpcProbe probe;

    InterestRig() {
        this(InterestFeed.on());
    }

    InterestRig(InterestFeed feed) {
        Meters meters = new Meters(registry);
        ConnectConfig config =
                ConnectConfig.read(MapConfigReader.of(Map.of("node.http.port", "0", "node.event-loops", "2")));
        NodeHub hub = new NodeHub("node-1", () -> "node-1", config.hub(), feed, CLOCKS, meters)
                .explained(new ExplainLimits(
                        true, 8, 1 << 20, Duration.ofSeconds(1).toNanos()));
        AtomicInteger port = new AtomicInteger();
        LinkConfig link = new LinkConfig(
                true,
                100,
                64 * 1024,
                Duration.ofSeconds(60),
                new InterestConfig(true, 1_000, Duration.ofNanos(LONG_LEASE_NANOS)));
        InboxVerticle inbox = new InboxVerticle(
                new InboxConfig("127.0.0.1", 0, 10_000, link),
                new InboxIdentity("instance-1", () -> "node-1"),
                hub::deliverAll,
                feed,
                manager -> {},
                CLOCKS,
                meters,
                new Health(),
                Tracing.off(),
                port::set);
        await(vertx.deployVerticle(inbox.explainedBy(hub::explain)));
        node = await(ConnectNode.deploy(vertx, config, hub, CLOCKS, new Health()));
        probe = new GrpcProbe(vertx, port.get());
    }

    static long hash(String id) {
        return InterestHash.of(id);
    }

    /** A manager that wants to be told, and has taken in the snapshot. */
    Manager manager() {
        Manager manager = new Manager("");
        manager.acknowledge(manager.interest());
        return manager;
    }

    /** One that knows nothing of interest. */
    RawManager plainManager() {
        RawManager manager = new RawManager(probe).hello();
        manager.welcome();
        return manager;
    }

    Manager resume(String session) {
        return new Manager(session);
    }

    Client client(String query) {
        return new Client(query);
    }

    /** As {@link RawManager}, with interest. */
    final class Manager {
        final RawManager raw = new RawManager(probe);
        final String session;
        final List<String> features;
        private long probes;

        private Manager(String resumed) {
            ManagerFrame.Builder hello = RawManager.helloFrame(resumed, 0);
            hello.getHelloBuilder().addFeatures("interest").addFeatures("something-later");
            raw.send(hello);
            NodeFrame welcome = raw.next();
            session = welcome.getWelcome().getSession();
            features = welcome.getWelcome().getFeaturesList();
        }

        LinkInterest interest() {
            NodeFrame frame = raw.next();
            if (!frame.hasInterest()) {
                throw new AssertionError("expected interest, got " + frame);
            }
            return frame.getInterest();
        }

        /** Reads until the room or user is told of, as one that came. */
        LinkInterest hears(String id) {
            LinkInterest update = interest();
            while (!update.getRoomsAddedList().contains(hash(id))
                    && !update.getUsersAddedList().contains(hash(id))) {
                update = interest();
            }
            return update;
        }

        Manager acknowledge(LinkInterest update) {
            return acknowledge(update.getVersion());
        }

        Manager acknowledge(long version) {
            raw.send(ManagerFrame.newBuilder()
                    .setInterestAck(LinkInterestAck.newBuilder().setVersion(version)));
            return this;
        }

        void ask(long leaseNanos) {
            raw.send(ManagerFrame.newBuilder()
                    .setProbe(LinkProbe.newBuilder().setNumber(++probes).setLeaseNanos(leaseNanos)));
        }

        LinkProbeAnswer lease(long leaseNanos) {
            ask(leaseNanos);
            NodeFrame frame = raw.next();
            while (frame.hasInterest()) {
                frame = raw.next();
            }
            return frame.getProbeAnswer();
        }

        Manager leased() {
            if (!lease(LONG_LEASE_NANOS).getLeaseGranted()) {
                throw new AssertionError("no lease");
            }
            return this;
        }
    }

    /** One WebSocket. */
    final class Client {
        private final BlockingQueue<JsonObject> frames = new LinkedBlockingQueue<>();
        private final WebSocket socket;
        private final List<JsonObject> seen = new ArrayList<>();

        private Client(String query) {
            socket = await(webSockets
                    .connect(node.port(), "127.0.0.1", "/ws?" + query)
                    .onSuccess(opened -> opened.textMessageHandler(text -> frames.add(new JsonObject(text)))));
        }

        Client command(String type, String room) {
            await(socket.writeTextMessage(new JsonObject()
                    .put("id", 1)
                    .put("type", type)
                    .put("room_id", room)
                    .encode()));
            return this;
        }

        JsonObject next() {
            try {
                JsonObject frame = frames.poll(10, TimeUnit.SECONDS);
                if (frame == null) {
                    throw new AssertionError("no frame came after " + seen);
                }
                seen.add(frame);
                return frame;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        String nextType() {
            return next().getString("type");
        }

        /** The types of what came before the answer to a ping that is sent now. */
        List<String> typesUntilPong() {
            command("ping", "");
            List<String> types = new ArrayList<>();
            for (String type = nextType(); !type.equals("pong"); type = nextType()) {
                types.add(type);
            }
            return types;
        }

        int framesWaiting() {
            return frames.size();
        }

        void close() {
            await(socket.close());
        }
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
