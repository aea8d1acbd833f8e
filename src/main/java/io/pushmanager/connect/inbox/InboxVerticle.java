package io.pushmanager.connect.inbox;

import io.pushmanager.connect.hub.HubAnswer;
import io.pushmanager.connect.hub.HubPush;
import io.pushmanager.connect.hub.InterestFeed;
import io.pushmanager.core.explain.NodeDelivery;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.protocol.BroadCastReply;
import io.pushmanager.proto.protocol.BroadCastReq;
import io.pushmanager.proto.protocol.PushServerGrpcService;
import io.pushmanager.proto.pubsub.ConnectNodeServiceGrpcService;
import io.pushmanager.proto.pubsub.ExplainDeliveryReply;
import io.pushmanager.proto.pubsub.ExplainDeliveryRequest;
import io.pushmanager.proto.pubsub.PushMessageBatchReply;
import io.pushmanager.proto.pubsub.PushMessageBatchRequest;
import io.pushmanager.telemetry.Health;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.Tracing;
import io.pushmanager.wire.DeliveryMapper;
import io.pushmanager.wire.MetadataKeys;
import io.pushmanager.wire.PushRequests;
import io.pushmanager.wire.PushRequests.Arrival;
import io.pushmanager.wire.PushRequests.Invalid;
import io.pushmanager.wire.PushRequests.Valid;
import io.pushmanager.wire.grpc.GrpcCall;
import io.pushmanager.wire.grpc.GrpcEndpoint;
import io.pushmanager.wire.grpc.PushErrorException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The gRPC server of a Connect-Node: takes pushes for the node's clients and answers with what became of them.
 *
 * <p><b>Order:</b> the calls of one connection reach the sink in the order in which they came. <b>Failure:</b> a port that
 * cannot be bound fails the deployment; a call meant for another instance answers FAILED_PRECONDITION and delivers nothing.
 */
public final class InboxVerticle extends VerticleBase {

    /** For answers that are on their way when the server closes. */
    private static final long CLOSE_GRACE_MILLIS = 1_000;

    /** A batch of a link never waits for the window of its stream. */
    private static final int STREAM_WINDOW_BYTES = 4 * 1024 * 1024;

    /** Of a connection with nothing under way; a manager has a link open, or asks for health every other second. */
    private static final Duration IDLE = Duration.ofMinutes(10);

    private static final BroadCastReply DONE =
            BroadCastReply.newBuilder().setCode("0").setMsg("ok").build();

    private final InboxConfig config;
    private final InboxIdentity identity;
    private final PushSink sink;
    private final InterestFeed feed;
    private final Consumer<String> managerSeen;
    private final Clocks clocks;
    private final Meters meters;
    private final Health health;
    private final Tracing tracing;
    private final IntConsumer onListening;
    private final PushRequests requests;
    private final BatchMapper batches;
    private @Nullable HttpServer server;
    private @Nullable LinkStreams links;
    private @Nullable LinkInterests interests;
    private volatile @Nullable Context home;
    private DeliveryExplainer explainer = new DeliveryExplainer(messageId -> null);

    /** Of a node that tells no manager of its rooms and users. */
    public InboxVerticle(
            InboxConfig config,
            InboxIdentity identity,
            PushSink sink,
            Consumer<String> managerSeen,
            Clocks clocks,
            Meters meters,
            Health health,
            Tracing tracing,
            IntConsumer onListening) {
        this(config, identity, sink, InterestFeed.off(), managerSeen, clocks, meters, health, tracing, onListening);
    }

    /**
     * @param feed tells of every room and user of the node
     * @param managerSeen told the instance_id of a manager with each of its calls
     * @param onListening told the port that was taken
     */
    public InboxVerticle(
            InboxConfig config,
            InboxIdentity identity,
            PushSink sink,
            InterestFeed feed,
            Consumer<String> managerSeen,
            Clocks clocks,
            Meters meters,
            Health health,
            Tracing tracing,
            IntConsumer onListening) {
        this.config = config;
        this.identity = identity;
        this.sink = sink;
        this.feed = feed;
        this.managerSeen = managerSeen;
        this.clocks = clocks;
        this.meters = meters;
        this.health = health;
        this.tracing = tracing;
        this.onListening = onListening;
        this.requests = new PushRequests(clocks);
        this.batches = new BatchMapper(requests, clocks, config.maxUsersPerBatch());
    }

    @Override
    public Future<?> start() {
        home = context;
        GrpcEndpoint endpoint = new GrpcEndpoint(vertx, clocks, health)
                .streamWindow(STREAM_WINDOW_BYTES)
                .idleTimeout(IDLE)
                .service(ConnectNodeServiceGrpcService.SERVICE_DESCRIPTOR)
                .service(PushServerGrpcService.SERVICE_DESCRIPTOR)
                .unary(ConnectNodeServiceGrpcService.PushMessageBatch, this::batch)
                .unary(PushServerGrpcService.Broadcast, this::compact)
                .unary(ConnectNodeServiceGrpcService.ExplainDelivery, this::explain)
                .onMetadata(this::noteManager);
        if (config.link().enabled()) {
            LinkBatches toHub = new LinkBatches(sink, meters, tracing);
            LinkInterests told = new LinkInterests(feed, config.link().interest(), clocks, meters, vertx, context);
            interests = told;
            LinkStreams created = new LinkStreams(config.link(), identity, toHub, told, clocks, meters, vertx, context);
            links = created;
            endpoint.stream(LinkFrame.method(new LinkBatchReader(batches)), created::accept);
        }
        return endpoint.listen(config.host(), config.port(), GrpcEndpoint.newFreePortGroup())
                .onSuccess(listening -> {
                    server = listening;
                    onListening.accept(listening.actualPort());
                });
    }

    /**
     * Before it is deployed: who knows when pushes came and went.
     *
     * @param trails of a message id; null when nothing is kept
     */
    public InboxVerticle explainedBy(Function<String, @Nullable List<NodeDelivery>> trails) {
        explainer = new DeliveryExplainer(trails);
        return this;
    }

    private Future<ExplainDeliveryReply> explain(
            ExplainDeliveryRequest request, GrpcCall<ExplainDeliveryRequest, ExplainDeliveryReply> call) {
        try {
            requireOurs(call.metadata());
            return Future.succeededFuture(explainer.explain(request));
        } catch (PushErrorException e) {
            return Future.failedFuture(e);
        }
    }

    /** Tells every manager that this node leaves; their pushes are taken and delivered all the same. <b>Thread:</b> any. */
    public void announceDrain(Duration grace) {
        Context running = home;
        if (running != null) {
            running.runOnContext(told -> {
                if (links != null) {
                    links.drain(grace);
                }
            });
        }
    }

    /** The last acknowledgements go out before the server closes. */
    @Override
    public Future<?> stop() {
        return stopLinks().eventually(this::closeServer).eventually(this::stopInterests);
    }

    private Future<Void> stopLinks() {
        LinkStreams streams = links;
        return streams == null
                ? Future.succeededFuture()
                : streams.stop()
                        .timeout(CLOSE_GRACE_MILLIS, TimeUnit.MILLISECONDS)
                        .onFailure(late -> streams.endAll());
    }

    private Future<Void> stopInterests() {
        if (interests != null) {
            interests.stop();
        }
        return Future.succeededFuture();
    }

    private Future<?> closeServer() {
        return server == null
                ? Future.succeededFuture()
                : server.shutdown(CLOSE_GRACE_MILLIS, TimeUnit.MILLISECONDS).otherwiseEmpty();
    }

    private void noteManager(MultiMap metadata) {
        String manager = metadata.get(MetadataKeys.MANAGER);
        if (manager != null && isForUs(metadata)) {
            managerSeen.accept(manager);
        }
    }

    private boolean isForUs(MultiMap metadata) {
        String meant = metadata.get(MetadataKeys.INSTANCE);
        return meant == null || meant.equals(identity.instanceId());
    }

    private Future<PushMessageBatchReply> batch(
            PushMessageBatchRequest request, GrpcCall<PushMessageBatchRequest, PushMessageBatchReply> call) {
        try {
            requireOurs(call.metadata());
            HubPush push = batches.toCore(request);
            // A manager says whether anybody waits for the counts; for other callers they are all that they get.
            boolean byManager = call.metadata().contains(MetadataKeys.MANAGER);
            return deliver(byManager ? push : push.withReport(), call.metadata())
                    .map(counts -> PushMessageBatchReply.newBuilder()
                            .setDelivery(DeliveryMapper.toProto(counts))
                            .build());
        } catch (PushErrorException e) {
            return Future.failedFuture(e);
        }
    }

    private Future<BroadCastReply> compact(BroadCastReq request, GrpcCall<BroadCastReq, BroadCastReply> call) {
        try {
            requireOurs(call.metadata());
        } catch (PushErrorException e) {
            return Future.failedFuture(e);
        }
        PushRequests.Checked checked =
                requests.compact(request, new Arrival(Api.BROADCAST, call.deadlineNanos(), null));
        if (checked instanceof Invalid invalid) {
            return Future.failedFuture(new PushErrorException(invalid.error()));
        }
        PushMessage message = ((Valid) checked).message();
        HubPush push = new HubPush(message.messageId(), message.target(), message.content());
        return deliver(push, call.metadata()).map(DONE);
    }

    private Future<DeliveryCounts> deliver(HubPush push, MultiMap metadata) {
        Tracing.Span span = tracing.start("node fan-out", metadata.get(MetadataKeys.TRACEPARENT));
        return sink.deliver(push).transform(answered -> {
            if (answered.failed()) {
                span.end("FAILED");
                return Future.failedFuture(answered.cause());
            }
            if (answered.result() instanceof HubAnswer.Refused refused) {
                span.end(refused.error().reason());
                return Future.failedFuture(new PushErrorException(refused.error()));
            }
            DeliveryCounts counts = ((HubAnswer.Delivered) answered.result()).counts();
            meters.pushReceived(counts.matched() > 0);
            span.end("OK");
            return Future.succeededFuture(counts);
        });
    }

    private void requireOurs(MultiMap metadata) throws PushErrorException {
        if (!isForUs(metadata)) {
            throw new PushErrorException(identity.otherInstance(MetadataKeys.INSTANCE));
        }
    }
}
