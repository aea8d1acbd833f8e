package io.pushmanager.chaos;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.HandlerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerMethodDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.pushmanager.proto.pubsub.Delivery;
import io.pushmanager.proto.pubsub.PushMessageBatchReply;
import io.pushmanager.proto.pubsub.PushMessageBatchRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the managers and a real Connect-Node, knows gRPC, and does not do as it is told.
 *
 * <p>It can wait a random time before it hands a push on, also one whose caller has given up meanwhile; and it can break one
 * guarantee at every tenth push, to prove that the ledger notices. It knows unary calls only, so the node behind it must not announce
 * {@code link.v1}. <b>Thread:</b> any.
 */
final class MeddlingNode implements AutoCloseable {

    /** What it does to every tenth push. */
    enum Sabotage {
        NONE,
        /** Hands it on twice, the second time under another id so that the node does not notice. */
        DOUBLE,
        /** Says that it is written, and hands it on after the one that comes next. */
        REORDER,
        /** Says that it is written, and hands nothing on. */
        DROP,
        /** Hands it on for another room. */
        MISROUTE,
        /** Hands it on, and counts one connection too many. */
        MISCOUNT
    }

    static final String WRONG_ROOM = "wrong-room";
    private static final String PUSH = "pubsub.ConnectNodeService/PushMessageBatch";
    private static final String LINK = "pubsub.ConnectNodeService/Link";
    private static final int EVERY = 10;

    private final Server server;
    private final ManagedChannel node;
    /** What still comes after the end is dropped. */
    private final ScheduledExecutorService timer = new ScheduledThreadPoolExecutor(
            1,
            task -> {
                Thread thread = new Thread(task, "meddling");
                thread.setDaemon(true);
                return thread;
            },
            new ThreadPoolExecutor.DiscardPolicy());

    private final Random random;
    private volatile Sabotage sabotage = Sabotage.NONE;
    private volatile int maxDelayMicros;
    private volatile boolean knowsLinks;
    private volatile int framesPerBreak = Integer.MAX_VALUE;

    // timer thread only
    private int pushes;

    private @Nullable Runnable held;

    MeddlingNode(int nodePort, long seed) {
        random = new Random(seed);
        node = NettyChannelBuilder.forAddress("127.0.0.1", nodePort)
                .usePlaintext()
                .build();
        try {
            server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .directExecutor()
                    .fallbackHandlerRegistry(new EveryMethod())
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the node is to advertise. */
    String endpoint() {
        return "127.0.0.1:" + server.getPort();
    }

    /** From the next push on; what is held back is never handed on. */
    void sabotage(Sabotage next) {
        sabotage = next;
        timer.execute(() -> {
            pushes = 0;
            held = null;
        });
    }

    /** Each push waits between nothing and this long; 0: none waits. */
    void delayUpTo(int micros) {
        maxDelayMicros = micros;
    }

    /** Lets {@code link.v1} streams through, late like everything; about one frame in so many breaks its stream. Otherwise it knows no streams. */
    void passLinks(int framesToABreak) {
        framesPerBreak = framesToABreak;
        knowsLinks = true;
    }

    @Override
    public void close() {
        server.shutdownNow();
        node.shutdownNow();
        timer.shutdownNow();
    }

    private void called(String method, Metadata headers, byte[] request, StreamObserver<byte[]> answer) {
        if (!method.equals(PUSH)) {
            handOn(method, headers, request, answer);
            return;
        }
        int delay = maxDelayMicros;
        // The node works on when its caller has given up: not in the context of the call.
        Runnable meddle = Context.ROOT.wrap(() -> meddle(headers, request, answer));
        timer.schedule(meddle, delay == 0 ? 0 : random.nextInt(delay), TimeUnit.MICROSECONDS);
    }

    private void meddle(Metadata headers, byte[] request, StreamObserver<byte[]> answer) {
        pushes++;
        if (sabotage == Sabotage.NONE || pushes % EVERY != 0) {
            handOn(PUSH, headers, request, answer);
            Runnable waiting = held;
            held = null;
            if (waiting != null) {
                waiting.run();
            }
            return;
        }
        PushMessageBatchRequest push;
        try {
            push = PushMessageBatchRequest.parseFrom(request);
        } catch (InvalidProtocolBufferException e) {
            answer.onError(e);
            return;
        }
        switch (sabotage) {
            case DOUBLE -> {
                handOn(PUSH, headers, request, answer);
                byte[] again = push.toBuilder()
                        .setMessageId(push.getMessageId() + "-again")
                        .build()
                        .toByteArray();
                handOn(PUSH, headers, again, new Ignored());
            }
            case REORDER -> {
                held = () -> handOn(PUSH, headers, request, new Ignored());
                answer(answer, 1);
            }
            case DROP -> answer(answer, 1);
            case MISROUTE ->
                handOn(
                        PUSH,
                        headers,
                        push.toBuilder().setRoomId(WRONG_ROOM).build().toByteArray(),
                        answer);
            case MISCOUNT -> {
                handOn(PUSH, headers, request, new Ignored());
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

    private void handOn(String method, Metadata headers, byte[] request, StreamObserver<byte[]> answer) {
        ClientCalls.asyncUnaryCall(
                to(headers).newCall(method(method, MethodDescriptor.MethodType.UNARY), CallOptions.DEFAULT),
                request,
                answer);
    }

    private StreamObserver<byte[]> link(Metadata headers, StreamObserver<byte[]> manager) {
        MeddlingLink link =
                new MeddlingLink(timer, this::someDelayMicros, () -> random.nextInt(framesPerBreak) == 0, manager);
        Context own = Context.ROOT.attach(); // which way a stream breaks is this one's to say
        try {
            return link.up(ClientCalls.asyncBidiStreamingCall(
                    to(headers).newCall(method(LINK, MethodDescriptor.MethodType.BIDI_STREAMING), CallOptions.DEFAULT),
                    link.down()));
        } finally {
            Context.ROOT.detach(own);
        }
    }

    private synchronized int someDelayMicros() {
        int most = maxDelayMicros;
        return most == 0 ? 0 : random.nextInt(most);
    }

    private Channel to(Metadata headers) {
        Metadata own = new Metadata();
        for (String name : headers.keys()) {
            if (name.startsWith("pm-") || name.equals("traceparent")) {
                Metadata.Key<String> key = Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
                String value = headers.get(key);
                if (value != null) {
                    own.put(key, value);
                }
            }
        }
        return ClientInterceptors.intercept(node, MetadataUtils.newAttachHeadersInterceptor(own));
    }

    private static MethodDescriptor<byte[], byte[]> method(String name, MethodDescriptor.MethodType type) {
        return MethodDescriptor.<byte[], byte[]>newBuilder(new Bytes(), new Bytes())
                .setType(type)
                .setFullMethodName(name)
                .build();
    }

    private final class EveryMethod extends HandlerRegistry {

        @Override
        public @Nullable ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
            if (name.equals(LINK)) {
                return knowsLinks
                        ? ServerMethodDefinition.create(
                                method(name, MethodDescriptor.MethodType.BIDI_STREAMING),
                                (call, headers) -> ServerCalls.<byte[], byte[]>asyncBidiStreamingCall(
                                                manager -> link(headers, manager))
                                        .startCall(call, headers))
                        : null;
            }
            return ServerMethodDefinition.create(
                    method(name, MethodDescriptor.MethodType.UNARY),
                    (call, headers) -> ServerCalls.<byte[], byte[]>asyncUnaryCall(
                                    (request, answer) -> called(name, headers, request, answer))
                            .startCall(call, headers));
        }
    }

    private static final class Ignored implements StreamObserver<byte[]> {

        @Override
        public void onNext(byte[] value) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
