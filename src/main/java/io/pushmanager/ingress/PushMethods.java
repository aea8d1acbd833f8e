package io.pushmanager.ingress;

import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.outcome.PushResult;
import io.pushmanager.proto.protocol.BroadCastReply;
import io.pushmanager.proto.protocol.PushServerGrpcService;
import io.pushmanager.proto.pubsub.OperatorReply;
import io.pushmanager.proto.pubsub.OperatorServiceGrpcService;
import io.pushmanager.proto.pubsub.PushManagerServiceGrpcService;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.wire.MetadataKeys;
import io.pushmanager.wire.OperatorRequests;
import io.pushmanager.wire.PushRequests;
import io.pushmanager.wire.PushRequests.Arrival;
import io.pushmanager.wire.PushRequests.Checked;
import io.pushmanager.wire.ReplyMapper;
import io.pushmanager.wire.grpc.CallObserver;
import io.pushmanager.wire.grpc.GrpcCall;
import io.pushmanager.wire.grpc.GrpcEndpoint;
import io.pushmanager.wire.grpc.PushErrorException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The unary methods that push: {@code pubsub.PushManagerService} and {@code protocol.PushServer}; and those that go the way of a push,
 * {@code pubsub.OperatorService}.
 */
final class PushMethods implements CallObserver {

    private static final BroadCastReply DONE =
            BroadCastReply.newBuilder().setCode("0").setMsg("ok").build();

    private static final Map<String, Api> APIS = Map.of(
            PushManagerServiceGrpcService.PushToRoom.fullMethodName(), Api.PUSH_TO_ROOM,
            PushManagerServiceGrpcService.PushToUser.fullMethodName(), Api.PUSH_TO_USER,
            PushManagerServiceGrpcService.BroadcastMessage.fullMethodName(), Api.BROADCAST_MESSAGE,
            PushServerGrpcService.Broadcast.fullMethodName(), Api.BROADCAST,
            OperatorServiceGrpcService.DisconnectUser.fullMethodName(), Api.OPERATOR,
            OperatorServiceGrpcService.AddUserToRoom.fullMethodName(), Api.OPERATOR,
            OperatorServiceGrpcService.RemoveUserFromRoom.fullMethodName(), Api.OPERATOR);

    private final PushRequests requests;
    private final IngressGate gate;
    private final PushDispatcher dispatcher;
    private final Meters meters;

    PushMethods(PushRequests requests, IngressGate gate, PushDispatcher dispatcher, Meters meters) {
        this.requests = requests;
        this.gate = gate;
        this.dispatcher = dispatcher;
        this.meters = meters;
    }

    void serveAt(GrpcEndpoint endpoint) {
        endpoint.service(PushManagerServiceGrpcService.SERVICE_DESCRIPTOR)
                .service(PushServerGrpcService.SERVICE_DESCRIPTOR)
                .unary(
                        PushManagerServiceGrpcService.PushToRoom,
                        (request, call) -> push(call, Api.PUSH_TO_ROOM, request, requests::room, ReplyMapper::toProto))
                .unary(
                        PushManagerServiceGrpcService.PushToUser,
                        (request, call) -> push(call, Api.PUSH_TO_USER, request, requests::user, ReplyMapper::toProto))
                .unary(
                        PushManagerServiceGrpcService.BroadcastMessage,
                        (request, call) ->
                                push(call, Api.BROADCAST_MESSAGE, request, requests::broadcast, ReplyMapper::toProto))
                .unary(
                        PushServerGrpcService.Broadcast,
                        (request, call) -> push(call, Api.BROADCAST, request, requests::compact, done -> DONE))
                .observedBy(this);
        serveOperatorAt(endpoint, new OperatorRequests(requests));
    }

    private void serveOperatorAt(GrpcEndpoint endpoint, OperatorRequests actions) {
        endpoint.service(OperatorServiceGrpcService.SERVICE_DESCRIPTOR)
                .unary(
                        OperatorServiceGrpcService.DisconnectUser,
                        (request, call) -> act(call, request, actions::disconnect))
                .unary(
                        OperatorServiceGrpcService.AddUserToRoom,
                        (request, call) -> act(call, request, actions::addToRoom))
                .unary(
                        OperatorServiceGrpcService.RemoveUserFromRoom,
                        (request, call) -> act(call, request, actions::removeFromRoom));
    }

    private <Q> Future<OperatorReply> act(GrpcCall<?, ?> call, Q request, BiFunction<Q, Arrival, Checked> check) {
        return push(call, Api.OPERATOR, request, check, OperatorRequests::toProto);
    }

    private <Q, R> Future<R> push(
            GrpcCall<?, ?> call,
            Api api,
            Q request,
            BiFunction<Q, Arrival, Checked> check,
            Function<PushResult, R> reply) {
        Arrival arrival = new Arrival(api, call.deadlineNanos(), call.metadata().get(MetadataKeys.TRACEPARENT));
        int size = PushMessage.OVERHEAD_BYTES + call.messageBytes();
        UnaryPush<Q, R> push = new UnaryPush<>(gate.caller(call.peer()), size, request, arrival, check, reply);
        dispatcher.push(push);
        return push.replied.future();
    }

    /** One call under way. */
    private static final class UnaryPush<Q, R> implements PushDispatcher.Caller {
        private final CallerAccount account;
        private final int size;
        private final Q request;
        private final Arrival arrival;
        private final BiFunction<Q, Arrival, Checked> check;
        private final Function<PushResult, R> reply;
        private final Promise<R> replied = Promise.promise();

        UnaryPush(
                CallerAccount account,
                int size,
                Q request,
                Arrival arrival,
                BiFunction<Q, Arrival, Checked> check,
                Function<PushResult, R> reply) {
            this.account = account;
            this.size = size;
            this.request = request;
            this.arrival = arrival;
            this.check = check;
            this.reply = reply;
        }

        @Override
        public CallerAccount account() {
            return account;
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public Checked check() {
            return check.apply(request, arrival);
        }

        @Override
        public void accept(PushAnswer answer) {
            if (answer instanceof PushResult result) {
                replied.complete(reply.apply(result));
            } else {
                replied.fail(new PushErrorException((PushError) answer));
            }
        }
    }

    /** Items of a stream are counted one by one, where they are answered. */
    @Override
    public void ended(String method, String code, long durationNanos) {
        Api api = APIS.get(method);
        if (api != null) {
            meters.apiRequest(api, code, durationNanos);
        }
    }
}
