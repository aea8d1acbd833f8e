package io.pushmanager.chaos;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.stub.StreamObserver;
import io.pushmanager.proto.pubsub.Delivery;
import io.pushmanager.proto.pubsub.PushMessageBatchReply;
import io.pushmanager.proto.pubsub.PushMessageBatchRequest;
import org.jspecify.annotations.Nullable;

/** Does to pushes that come as calls what the saboteur says. <b>Thread:</b> the meddling node's timer. */
final class UnaryMeddler {

    /** The call to the node. */
    @FunctionalInterface
    interface Node {
        void push(byte[] request, StreamObserver<byte[]> answer);
    }

    private final Saboteur saboteur;
    private @Nullable Runnable held;

    UnaryMeddler(Saboteur saboteur) {
        this.saboteur = saboteur;
    }

    void meddle(byte[] request, Node node, StreamObserver<byte[]> answer) {
        Sabotage sabotage = saboteur.next();
        if (sabotage == Sabotage.NONE) {
            node.push(request, answer);
            Runnable waiting = held;
            held = null;
            if (waiting != null && saboteur.isReordering()) {
                waiting.run();
            }
            return;
        }
        try {
            sabotage(sabotage, PushMessageBatchRequest.parseFrom(request), node, answer);
        } catch (InvalidProtocolBufferException e) {
            answer.onError(e);
        }
    }

    private void sabotage(Sabotage sabotage, PushMessageBatchRequest push, Node node, StreamObserver<byte[]> answer) {
        byte[] request = push.toByteArray();
        switch (sabotage) {
            case DOUBLE -> {
                node.push(request, answer);
                node.push(Saboteur.again(push).toByteArray(), new Ignored());
            }
            case REORDER -> {
                held = () -> node.push(request, new Ignored());
                answer(answer, 1);
            }
            case DROP -> answer(answer, 1);
            case MISROUTE -> node.push(Saboteur.elsewhere(push).toByteArray(), answer);
            case MISCOUNT -> {
                node.push(request, new Ignored());
                answer(answer, 2);
            }
            case NONE -> throw new IllegalStateException();
        }
    }

    private static void answer(StreamObserver<byte[]> answer, int written) {
        answer.onNext(PushMessageBatchReply.newBuilder()
                .setDelivery(Delivery.newBuilder().setMatched(written).setWritten(written))
                .build()
                .toByteArray());
        answer.onCompleted();
    }

    private static final class Ignored implements StreamObserver<byte[]> {

        @Override
        public void onNext(byte[] value) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }
}
