package io.pushmanager.ingress;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.ExplainAnswer;
import io.pushmanager.bus.ExplainQuery;
import io.pushmanager.bus.NodeExplainAnswer;
import io.pushmanager.bus.NodeExplainQuery;
import io.pushmanager.core.explain.Kept;
import io.pushmanager.core.explain.PushTrail;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.ExplainPushReply;
import io.pushmanager.proto.pubsub.ExplainPushRequest;
import io.pushmanager.proto.pubsub.PushManagerServiceGrpcService;
import io.pushmanager.wire.Violations;
import io.pushmanager.wire.grpc.GrpcEndpoint;
import io.pushmanager.wire.grpc.PushErrorException;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * {@code ExplainPush}: asks fan-out, then the node clients and the nodes, and puts together what they know.
 *
 * <p><b>Time:</b> nobody is asked before somebody calls; a node has a second. <b>Thread:</b> the call's event loop.
 */
final class ExplainMethod {

    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final String managerId;
    private final Bus bus;
    private final Clocks clocks;

    ExplainMethod(String managerId, Bus bus, Clocks clocks) {
        this.managerId = managerId;
        this.bus = bus;
        this.clocks = clocks;
    }

    void serveAt(GrpcEndpoint endpoint) {
        endpoint.unary(PushManagerServiceGrpcService.ExplainPush, (request, call) -> explain(request));
    }

    private Future<ExplainPushReply> explain(ExplainPushRequest request) {
        String messageId = request.getMessageId();
        Violations violations = new Violations();
        violations.requireId("message_id", messageId);
        PushError wrong = violations.toError();
        if (wrong != null) {
            return Future.failedFuture(new PushErrorException(wrong));
        }
        return bus.request(Addresses.EXPLAIN, new ExplainQuery(messageId), TIMEOUT)
                .recover(failure -> notReady())
                .compose(known -> known.enabled()
                        ? bus.request(Addresses.EXPLAIN_NODES, query(messageId, known.trails()), TIMEOUT)
                                .recover(failure -> notReady())
                                .compose(nodes -> reply(messageId, known, nodes))
                        : Future.failedFuture(new PushErrorException(PushError.of(
                                ErrorCode.FAILED_PRECONDITION,
                                "NOTHING_KEPT",
                                "this manager keeps nothing of its pushes (explain.enabled)"))));
    }

    private static NodeExplainQuery query(String messageId, List<PushTrail> trails) {
        Set<String> clientIds = new LinkedHashSet<>();
        trails.forEach(trail -> trail.nodes().forEach(part -> clientIds.add(part.clientId())));
        return new NodeExplainQuery(
                messageId, trails.stream().map(PushTrail::pushId).toList(), clientIds);
    }

    private Future<ExplainPushReply> reply(String messageId, ExplainAnswer known, NodeExplainAnswer nodes) {
        if (known.trails().isEmpty() && nodes.rows().isEmpty()) {
            return Future.failedFuture(new PushErrorException(
                    PushError.of(ErrorCode.NOT_FOUND, "UNKNOWN_MESSAGE_ID", unknown(known.kept()))));
        }
        ExplainMapper mapper = new ExplainMapper(nodes, clocks.nanoTime(), clocks.currentTimeMillis());
        return Future.succeededFuture(ExplainPushReply.newBuilder()
                .setManagerId(managerId)
                .setMessageId(messageId)
                .addAllTrails(mapper.trails(messageId, known.trails()))
                .build());
    }

    private String unknown(Kept kept) {
        double seconds = kept.recent() == 0 ? 0 : (clocks.nanoTime() - kept.sinceNanos()) / 1e9;
        return String.format(
                Locale.ROOT,
                "message_id: nothing is known of it; this manager remembers the last %d pushes, of %.1f s,"
                        + " and %d slow and %d failed ones from before (explain.max-pushes)",
                kept.recent(),
                seconds,
                kept.slow(),
                kept.failed());
    }

    private static <T> Future<T> notReady() {
        return Future.failedFuture(new PushErrorException(PushError.retryable(
                ErrorCode.UNAVAILABLE, "NOT_READY", "this Push-Manager cannot say anything now", 1_000)));
    }
}
