package io.pushmanager.connect.inbox;

import static io.pushmanager.wire.grpc.GrpcProbe.await;

import com.google.protobuf.InvalidProtocolBufferException;
import io.pushmanager.proto.pubsub.LinkAck;
import io.pushmanager.proto.pubsub.LinkBatch;
import io.pushmanager.proto.pubsub.LinkHello;
import io.pushmanager.proto.pubsub.LinkPush;
import io.pushmanager.proto.pubsub.LinkWelcome;
import io.pushmanager.proto.pubsub.ManagerFrame;
import io.pushmanager.proto.pubsub.NodeFrame;
import io.pushmanager.proto.pubsub.PushMessageBatchRequest;
import io.pushmanager.wire.grpc.GrpcProbe;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The manager's end of a {@code Link} call, frame by frame as a test says. Blocks the test's thread. */
final class RawManager {

    static final String LINK = "/pubsub.ConnectNodeService/Link";

    private final HttpClientRequest request;
    private final BlockingQueue<NodeFrame> frames = new LinkedBlockingQueue<>();
    private final CompletableFuture<GrpcProbe.Reply> end = new CompletableFuture<>();
    private Buffer unread = Buffer.buffer();
    private volatile HttpClientResponse response;

    RawManager(GrpcProbe probe) {
        this(probe, Map.of());
    }

    RawManager(GrpcProbe probe, Map<String, String> metadata) {
        request = await(probe.open(LINK, metadata));
        request.response().onFailure(end::completeExceptionally).onSuccess(this::read);
        await(request.setChunked(true).sendHead());
    }

    private void read(HttpClientResponse opened) {
        response = opened;
        opened.handler(chunk -> {
            unread.appendBuffer(chunk);
            while (unread.length() >= 5 && unread.length() >= 5 + unread.getInt(1)) {
                int length = unread.getInt(1);
                try {
                    frames.add(NodeFrame.parseFrom(unread.getBytes(5, 5 + length)));
                } catch (InvalidProtocolBufferException e) {
                    end.completeExceptionally(e);
                }
                unread = unread.getBuffer(5 + length, unread.length());
            }
        });
        opened.exceptionHandler(end::completeExceptionally);
        opened.endHandler(ended -> end.complete(
                new GrpcProbe.Reply(opened.statusCode(), opened.headers(), opened.trailers(), Buffer.buffer())));
    }

    RawManager send(ManagerFrame.Builder frame) {
        request.write(GrpcProbe.frame(frame.build()));
        return this;
    }

    RawManager sendBytes(byte[] payload) {
        request.write(GrpcProbe.frame(0, payload));
        return this;
    }

    RawManager hello() {
        return send(helloFrame("", 0));
    }

    RawManager resume(String session, long ackSeen) {
        return send(helloFrame(session, ackSeen));
    }

    static ManagerFrame.Builder helloFrame(String session, long ackSeen) {
        return ManagerFrame.newBuilder()
                .setHello(LinkHello.newBuilder()
                        .setVersion(1)
                        .setManagerId("manager")
                        .setManagerInstanceId("manager-1")
                        .setNodeInstanceId("instance-1")
                        .setSession(session)
                        .setAckSeen(ackSeen));
    }

    RawManager batch(long firstId, String... data) {
        return batch(firstId, 0, data);
    }

    RawManager batch(long firstId, long ackSeen, String... data) {
        LinkBatch.Builder batch = LinkBatch.newBuilder().setFirstId(firstId).setAckSeen(ackSeen);
        for (String text : data) {
            batch.addPushes(LinkPush.newBuilder().setPush(push(text)));
        }
        return send(ManagerFrame.newBuilder().setBatch(batch));
    }

    static PushMessageBatchRequest.Builder push(String text) {
        PushMessageBatchRequest.Builder push = PushMessageBatchRequest.newBuilder();
        push.getContentBuilder().setType("TEXT").setData(text);
        return push;
    }

    /** The next frame of the node. */
    NodeFrame next() {
        try {
            NodeFrame frame = frames.poll(10, TimeUnit.SECONDS);
            if (frame == null) {
                throw new AssertionError("no frame came; the call " + (end.isDone() ? "has ended" : "is open"));
            }
            return frame;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    LinkWelcome welcome() {
        return next().getWelcome();
    }

    LinkAck ack() {
        return next().getAck();
    }

    int framesWaiting() {
        return frames.size();
    }

    /** How the node ended the call. */
    GrpcProbe.Reply end() {
        return await(io.vertx.core.Future.fromCompletionStage(end));
    }

    boolean isOpen() {
        return !end.isDone();
    }

    void halfClose() {
        request.end();
    }

    void breakOff() {
        request.reset(8);
    }

    void pauseReading() {
        response.pause();
    }

    void resumeReading() {
        response.resume();
    }

    boolean isWriteQueueFull() {
        return request.writeQueueFull();
    }
}
