package io.pushmanager.chaos;

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
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the managers and a real Connect-Node, knows gRPC, and does not do as it is told.
 *
 * <p>It can wait a random time before it hands a push on, also one whose caller has given up meanwhile; it can break links; and
 * it can break one guarantee at every tenth push, to prove that the ledger notices. All of it for pushes that come as calls and
 * for those on a {@code link.v1} stream, whichever the managers use. Or it leaves pushes alone and breaks the lease under which
 * managers rely on what the node holds. <b>Thread:</b> any.
 */
final class MeddlingNode implements AutoCloseable {

    private static final String PUSH = "pubsub.ConnectNodeService/PushMessageBatch";
    private static final String LINK = "pubsub.ConnectNodeService/Link";
    private static final int NEVER = 0;

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
    private final Saboteur saboteur = new Saboteur();
    private final UnaryMeddler calls = new UnaryMeddler(saboteur);
    private final AtomicInteger links = new AtomicInteger();
    private volatile int maxDelayMicros;
    private volatile int framesPerBreak = NEVER;
    private volatile boolean leases;
    private volatile int leastLagMillis;
    private volatile int mostLagMillis;

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
        saboteur.begin(next);
    }

    /** Each push waits between nothing and this long; 0: none waits. */
    void delayUpTo(int micros) {
        maxDelayMicros = micros;
    }

    /**
     * About one frame in so many breaks its stream. Before the managers come; sabotage of links is not possible then, for their
     * sessions outlive what stands in between.
     */
    void breakLinks(int framesToABreak) {
        framesPerBreak = framesToABreak;
    }

    /** Meddles with leases, not with pushes. Before the managers come. */
    MeddlingNode withLeases() {
        leases = true;
        return this;
    }

    /** From now on managers hear of joins and leaves so much later, and neither side knows. 0: at once. */
    void delayInterest(int leastMillis, int mostMillis) {
        leastLagMillis = leastMillis;
        mostLagMillis = mostMillis;
    }

    /** How many streams the managers have opened. */
    int links() {
        return links.get();
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
        UnaryMeddler.Node push = (changed, to) -> handOn(PUSH, headers, changed, to);
        Runnable meddle = Context.ROOT.wrap(() -> calls.meddle(request, push, answer));
        timer.schedule(meddle, delay == 0 ? 0 : random.nextInt(delay), TimeUnit.MICROSECONDS);
    }

    private void handOn(String method, Metadata headers, byte[] request, StreamObserver<byte[]> answer) {
        ClientCalls.asyncUnaryCall(
                to(headers).newCall(method(method, MethodDescriptor.MethodType.UNARY), CallOptions.DEFAULT),
                request,
                answer);
    }

    private StreamObserver<byte[]> link(Metadata headers, StreamObserver<byte[]> manager) {
        links.incrementAndGet();
        int breaks = framesPerBreak;
        MeddlingLink link = breaks == NEVER
                ? MeddlingLink.meddling(timer, this::someDelayMicros, meddler(), manager)
                : MeddlingLink.breaking(timer, this::someDelayMicros, () -> random.nextInt(breaks) == 0, manager);
        Context own = Context.ROOT.attach(); // which way a stream breaks is this one's to say
        try {
            return link.up(ClientCalls.asyncBidiStreamingCall(
                    to(headers).newCall(method(LINK, MethodDescriptor.MethodType.BIDI_STREAMING), CallOptions.DEFAULT),
                    link.down()));
        } finally {
            Context.ROOT.detach(own);
        }
    }

    private LinkMeddling meddler() {
        return leases ? new LeaseMeddler(timer, this::someLagMillis) : new LinkMeddler(saboteur);
    }

    private synchronized int someLagMillis() {
        int least = leastLagMillis;
        return least + random.nextInt(Math.max(1, mostLagMillis - least));
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
                return ServerMethodDefinition.create(
                        method(name, MethodDescriptor.MethodType.BIDI_STREAMING),
                        (call, headers) -> ServerCalls.<byte[], byte[]>asyncBidiStreamingCall(
                                        manager -> link(headers, manager))
                                .startCall(call, headers));
            }
            return ServerMethodDefinition.create(
                    method(name, MethodDescriptor.MethodType.UNARY),
                    (call, headers) -> ServerCalls.<byte[], byte[]>asyncUnaryCall(
                                    (request, answer) -> called(name, headers, request, answer))
                            .startCall(call, headers));
        }
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
