package io.pushmanager.bench;

import com.google.protobuf.InvalidProtocolBufferException;
import io.netty.buffer.ByteBuf;
import io.pushmanager.connect.socket.ServerFrames;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.Content;
import io.pushmanager.proto.pubsub.LinkBatch;
import io.pushmanager.proto.pubsub.LinkPush;
import io.pushmanager.proto.pubsub.ManagerFrame;
import io.pushmanager.proto.pubsub.PushMessageBatchRequest;
import io.pushmanager.proto.pubsub.PushRequest;
import io.pushmanager.proto.pubsub.PushToRoomRequest;
import io.pushmanager.wire.PushRequests;
import io.pushmanager.wire.PushRequests.Arrival;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Bytes to push and push to bytes, at the manager's door and at the node's. Times are for one push of 128 bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CodecBenchmark {

    private static final int BATCH = 64;
    private static final Arrival ARRIVAL = new Arrival(Api.PUSH_STREAM, Long.MAX_VALUE / 2, null);
    private static final Content CONTENT = Content.newBuilder()
            .setType("TEXT")
            .setData(Pushes.DATA)
            .setTimestamp(1)
            .build();

    private final PushRequests requests = new PushRequests(new Clocks(() -> 0L, () -> 0L));
    private final PushMessage push = Pushes.toRoom(1);
    private final byte[] item = PushRequest.newBuilder()
            .setRoom(PushToRoomRequest.newBuilder().setRoomId("room-1").setContent(CONTENT))
            .setCorrelationId("1")
            .build()
            .toByteArray();
    private final byte[] batch = ManagerFrame.newBuilder()
            .setBatch(LinkBatch.newBuilder()
                    .setFirstId(1)
                    .addAllPushes(Collections.nCopies(
                            BATCH,
                            LinkPush.newBuilder()
                                    .setPush(PushMessageBatchRequest.newBuilder()
                                            .setRoomId("room-1")
                                            .setContent(CONTENT)
                                            .setMessageId(push.messageId()))
                                    .build())))
            .build()
            .toByteArray();

    /** A stream's item, parsed and validated. */
    @Benchmark
    public PushRequests.Checked requestToPush() throws InvalidProtocolBufferException {
        return requests.item(PushRequest.parseFrom(item), ARRIVAL);
    }

    /** A batch of link.v1, parsed; for one of its pushes. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public ManagerFrame batchToPushes() throws InvalidProtocolBufferException {
        return ManagerFrame.parseFrom(batch);
    }

    /** The frame that all sockets of an event loop share. */
    @Benchmark
    public int pushToFrame() {
        ByteBuf frame = ServerFrames.push(push.messageId(), "room-1", "", push.content());
        int size = frame.readableBytes();
        frame.release();
        return size;
    }
}
