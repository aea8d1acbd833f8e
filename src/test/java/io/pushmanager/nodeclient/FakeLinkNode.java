package io.pushmanager.nodeclient;

import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.proto.pubsub.LinkAck;
import io.pushmanager.proto.pubsub.LinkBatch;
import io.pushmanager.proto.pubsub.LinkHello;
import io.pushmanager.proto.pubsub.LinkProbe;
import io.pushmanager.proto.pubsub.LinkProbeAnswer;
import io.pushmanager.proto.pubsub.LinkPush;
import io.pushmanager.proto.pubsub.LinkResults;
import io.pushmanager.proto.pubsub.LinkWelcome;
import io.pushmanager.proto.pubsub.ManagerFrame;
import io.pushmanager.proto.pubsub.NodeFrame;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The node's end of {@code link.v1}, as a test says; without one it takes everything and reports one connection for each push. */
final class FakeLinkNode {

    final FakeNode node;
    final List<LinkHello> hellos = new CopyOnWriteArrayList<>();
    final List<LinkBatch> batches = new CopyOnWriteArrayList<>();
    final List<LinkProbe> probes = new CopyOnWriteArrayList<>();
    /** The message ids of what arrived, each id of the session once; empty for a push that had ended. */
    final List<String> taken = new CopyOnWriteArrayList<>();

    /** Sees each batch after it was taken. */
    volatile Consumer<LinkBatch> onBatch = batch -> ackAll(1);

    /** Run after each welcome. */
    volatile Runnable onWelcome = () -> {};

    volatile boolean welcomes = true;
    volatile boolean answersProbes = true;
    /** Names the feature {@code interest} and grants each lease that is asked for. */
    volatile boolean knowsInterest;
    /** Said with each answer to a probe. */
    volatile long interestVersion;

    final List<Long> interestAcks = new CopyOnWriteArrayList<>();
    volatile boolean halfClosed;
    volatile int windowPushes = 4_096;

    // guarded by this
    private final List<LinkAck> kept = new ArrayList<>();
    private String session = "";
    private int sessions;
    private long received;
    private long acknowledged;
    private long ackNumber;
    private @Nullable GrpcServerRequest<ManagerFrame, NodeFrame> call;

    private FakeLinkNode(FakeNode node) {
        this.node = node;
        node.onLink = this::open;
    }

    static FakeLinkNode start(Vertx vertx) {
        return new FakeLinkNode(FakeNode.start(vertx));
    }

    NodeInfo info(String nodeId) {
        return new Announced(node).info(nodeId);
    }

    /** A node that announces the link, whether it knows it or not. */
    record Announced(FakeNode node) {
        NodeInfo info(String nodeId) {
            return new NodeInfo(nodeId, "127.0.0.1:" + node.port(), "instance-1", false, "", "", Set.of("link.v1"), 0);
        }
    }

    /** Everything that has arrived is consumed and was written to so many connections. */
    synchronized void ackAll(int matched) {
        LinkResults.Builder results = LinkResults.newBuilder().setFirstId(acknowledged + 1);
        for (long id = acknowledged + 1; id <= received; id++) {
            results.addMatched(matched);
        }
        acknowledged = received;
        ack(LinkAck.newBuilder().addResults(results));
    }

    /** Everything that has arrived is consumed; the results come later. */
    synchronized void consumeAll() {
        ack(LinkAck.newBuilder());
    }

    /** With its number, and with everything consumed. */
    synchronized void ack(LinkAck.Builder ack) {
        ackNumber++;
        LinkAck numbered = ack.setNumber(ackNumber).setConsumedThrough(received).build();
        kept.add(numbered);
        write(NodeFrame.newBuilder().setAck(numbered).build());
    }

    synchronized void write(NodeFrame frame) {
        if (call != null) {
            call.response().write(frame);
        }
    }

    /** Breaks the stream; the session is kept. */
    synchronized void breakStream() {
        if (call != null) {
            call.response().cancel();
            call = null;
        }
    }

    synchronized void endStream(GrpcStatus status, String message) {
        if (call != null) {
            call.response().status(status).statusMessage(message).end();
            call = null;
        }
    }

    /** As if what arrived had not. */
    synchronized void loseTaken() {
        received = 0;
        taken.clear();
    }

    synchronized void forgetSession() {
        session = "";
        received = 0;
        acknowledged = 0;
        ackNumber = 0;
        kept.clear();
    }

    private synchronized void open(GrpcServerRequest<ManagerFrame, NodeFrame> opened) {
        call = opened;
        opened.handler(frame -> frame(opened, frame));
        opened.endHandler(end -> {
            halfClosed = true;
            opened.response().end();
        });
        opened.exceptionHandler(broke -> {});
    }

    private synchronized void frame(GrpcServerRequest<ManagerFrame, NodeFrame> from, ManagerFrame frame) {
        if (from != call) {
            return;
        }
        switch (frame.getFrameCase()) {
            case HELLO -> hello(frame.getHello());
            case BATCH -> batch(frame.getBatch());
            case PROBE -> probe(frame.getProbe());
            case INTEREST_ACK -> interestAcks.add(frame.getInterestAck().getVersion());
            default -> throw new IllegalStateException(frame.getFrameCase().name());
        }
    }

    private void hello(LinkHello hello) {
        hellos.add(hello);
        if (!welcomes) {
            return;
        }
        if (session.isEmpty() || !hello.getSession().equals(session)) {
            forgetSession();
            sessions++;
            session = "session-" + sessions;
        }
        write(NodeFrame.newBuilder()
                .setWelcome(LinkWelcome.newBuilder()
                        .setVersion(1)
                        .setSession(session)
                        .setReceivedThrough(received)
                        .addAllFeatures(knowsInterest ? hello.getFeaturesList() : List.of())
                        .setWindowPushes(windowPushes)
                        .setWindowBytes(8 * 1024 * 1024))
                .build());
        onWelcome.run();
        for (LinkAck ack : kept) {
            if (ack.getNumber() > hello.getAckSeen()) {
                write(NodeFrame.newBuilder().setAck(ack).build());
            }
        }
    }

    private void batch(LinkBatch batch) {
        if (batch.getFirstId() != received + 1) {
            throw new IllegalStateException("batch at " + batch.getFirstId() + " after " + received);
        }
        received += batch.getPushesCount();
        for (LinkPush push : batch.getPushesList()) {
            taken.add(push.hasPush() ? push.getPush().getMessageId() : "");
        }
        batches.add(batch);
        onBatch.accept(batch);
    }

    private void probe(LinkProbe probe) {
        probes.add(probe);
        if (answersProbes) {
            write(NodeFrame.newBuilder()
                    .setProbeAnswer(LinkProbeAnswer.newBuilder()
                            .setNumber(probe.getNumber())
                            .setInterestVersion(interestVersion)
                            .setLeaseGranted(knowsInterest && probe.getLeaseNanos() > 0)
                            .setSentNanos(probe.getSentNanos()))
                    .build());
        }
    }
}
