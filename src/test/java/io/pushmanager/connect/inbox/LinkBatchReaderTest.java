package io.pushmanager.connect.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.pushmanager.connect.hub.HubPush;
import io.pushmanager.core.message.Handling;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.Content;
import io.pushmanager.proto.pubsub.LinkBatch;
import io.pushmanager.proto.pubsub.LinkPush;
import io.pushmanager.proto.pubsub.ManagerFrame;
import io.pushmanager.proto.pubsub.PushMessageBatchRequest;
import io.pushmanager.wire.PushRequests;
import io.pushmanager.wire.grpc.PushErrorException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is read is what protobuf reads of the same bytes, whatever they are. */
class LinkBatchReaderTest {

    private static final Clocks CLOCKS = new Clocks(() -> 1, () -> 77);

    private final BatchMapper mapper = new BatchMapper(new PushRequests(CLOCKS), CLOCKS, 3);
    private final LinkBatchReader reader = new LinkBatchReader(mapper);

    @Test
    void readsWhatProtobufWrites() throws IOException {
        Random random = new Random(1);
        for (int round = 0; round < 300; round++) {
            assertSame(frame(random).toByteArray(), "round " + round);
        }
    }

    @Test
    void putsPartsTogetherAsProtobufDoes() throws IOException {
        Random random = new Random(2);
        for (int round = 0; round < 500; round++) {
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            for (int part = 2 + random.nextInt(3); part > 0; part--) {
                (random.nextInt(8) == 0 ? RawManager.helloFrame("s", 1).build() : shuffled(random)).writeTo(frames);
            }
            assertSame(frames.toByteArray(), "round " + round);
        }
    }

    @Test
    void refusesAndReadsBrokenBytesAsProtobufDoes() throws IOException {
        Random random = new Random(3);
        int readable = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = (round % 2 == 0 ? frame(random) : shuffled(random)).toByteArray();
            if (bytes.length == 0) {
                continue;
            }
            for (int change = random.nextInt(3); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            readable += assertSame(bytes, "round " + round) ? 1 : 0;
        }
        assertThat(readable).isBetween(1_000, 19_000);
    }

    @Test
    void countsTheBytesOfThePushesAsTheyCame() throws IOException {
        LinkPush push = LinkPush.newBuilder().setPush(RawManager.push("a")).build();
        LinkBatch batch = LinkBatch.newBuilder().addPushes(push).addPushes(push).build();

        LinkFrame read =
                reader.read(ManagerFrame.newBuilder().setBatch(batch).build().toByteArray());

        assertThat(read.batch().bytes()).isEqualTo(2 * push.getSerializedSize());
    }

    @Test
    void refusesTextThatIsNotUtf8ButTakesTheReplacementCharacter() throws IOException {
        assertThatThrownBy(() -> reader.read(withData(new byte[] {'a', (byte) 0xC0, 'b'})))
                .isInstanceOf(InvalidProtocolBufferException.class);
        assertThat(reader.read(withData("\uFFFD".getBytes(StandardCharsets.UTF_8)))
                        .batch()
                        .pushes()
                        .get(0)
                        .content()
                        .data())
                .isEqualTo("\uFFFD");
    }

    /** A batch of one push with these three bytes for its text. */
    private static byte[] withData(byte[] three) {
        byte[] frame = ManagerFrame.newBuilder()
                .setBatch(LinkBatch.newBuilder().addPushes(LinkPush.newBuilder().setPush(RawManager.push("###"))))
                .build()
                .toByteArray();
        int at = new String(frame, StandardCharsets.ISO_8859_1).indexOf("###");
        System.arraycopy(three, 0, frame, at, 3);
        return frame;
    }

    /** @return whether it can be read at all */
    private boolean assertSame(byte[] bytes, String what) throws IOException {
        ManagerFrame expected;
        try {
            expected = ManagerFrame.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            assertThatThrownBy(() -> reader.read(bytes)).as(what).isInstanceOf(InvalidProtocolBufferException.class);
            return false;
        }
        LinkFrame read = reader.read(bytes);
        if (!expected.hasBatch()) {
            assertThat(read.batch()).as(what).isNull();
            assertThat(read.other().getFrameCase()).as(what).isEqualTo(expected.getFrameCase());
            return true;
        }
        LinkBatchReader.Batch batch = read.batch();
        assertThat(batch).as(what).isNotNull();
        LinkBatch message = expected.getBatch();
        assertThat(batch.firstId()).as(what).isEqualTo(message.getFirstId());
        assertThat(batch.ackSeen()).as(what).isEqualTo(message.getAckSeen());
        assertThat(batch.sentNanos()).as(what).isEqualTo(message.getSentNanos());
        assertThat(batch.count()).as(what).isEqualTo(message.getPushesCount());
        List<HubPush> pushes = new ArrayList<>(batch.pushes());
        for (int i = 0; i < batch.count(); i++) {
            assertSame(message.getPushes(i), batch, i, pushes, what + " push " + i);
        }
        assertThat(pushes).as(what).isEmpty();
        return true;
    }

    private void assertSame(LinkPush push, LinkBatchReader.Batch batch, int i, List<HubPush> pushes, String what) {
        assertThat(batch.isEmpty(i)).as(what).isEqualTo(!push.hasPush());
        if (!push.hasPush()) {
            return;
        }
        String traceparent = push.getTraceparent();
        assertThat(batch.traceparent(i)).as(what).isEqualTo(traceparent.isEmpty() ? null : traceparent);
        HubPush expected;
        try {
            expected = mapper.toCore(push.getPush());
        } catch (PushErrorException e) {
            assertThat(batch.refused(i)).as(what).isEqualTo(e.error());
            return;
        }
        assertThat(batch.refused(i)).as(what).isNull();
        HubPush read = pushes.remove(0);
        assertThat(read.target()).as(what).isEqualTo(expected.target());
        assertThat(read.content()).as(what).isEqualTo(expected.content());
        assertThat(read.content().metadata().keySet())
                .as(what)
                .containsExactlyElementsOf(expected.content().metadata().keySet());
        long end = push.getExpiresNanos();
        assertThat(read.handling())
                .as(what)
                .isEqualTo(
                        end == 0
                                ? expected.handling()
                                : Handling.of(
                                        expected.handling().priority(),
                                        end,
                                        expected.handling().conflationKey()));
        assertThat(read.reported()).as(what).isEqualTo(expected.reported());
        if (!push.getPush().getMessageId().isEmpty()) {
            assertThat(read.messageId()).as(what).isEqualTo(expected.messageId());
        }
    }

    private static ManagerFrame frame(Random random) {
        LinkBatch.Builder batch = LinkBatch.newBuilder()
                .setFirstId(random.nextLong())
                .setAckSeen(random.nextInt(3))
                .setSentNanos(random.nextLong());
        for (int i = random.nextInt(4); i > 0; i--) {
            LinkPush.Builder push = LinkPush.newBuilder().setExpiresNanos(random.nextInt(2));
            if (random.nextInt(5) > 0) {
                push.setPush(request(random));
            }
            if (random.nextInt(4) == 0) {
                push.setTraceparent("00-trace");
            }
            batch.addPushes(push);
        }
        return ManagerFrame.newBuilder().setBatch(batch).build();
    }

    private static PushMessageBatchRequest request(Random random) {
        PushMessageBatchRequest.Builder push =
                PushMessageBatchRequest.newBuilder().setRoomId(text(random)).setMessageId(text(random));
        for (int i = random.nextInt(5); i > 0; i--) {
            push.addUserIds("u" + random.nextInt(5));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            push.addExcludeUserIds("x" + i);
        }
        if (random.nextInt(6) > 0) {
            Content.Builder content = push.getContentBuilder()
                    .setType("TEXT")
                    .setData(text(random))
                    .setTimestamp(random.nextInt(2) * random.nextLong());
            for (int i = random.nextInt(3); i > 0; i--) {
                content.putMetadata("k" + random.nextInt(3), text(random));
            }
            content.setBinary(ByteString.copyFrom(new byte[random.nextInt(4)]));
        }
        if (random.nextInt(3) == 0) {
            push.getOptionsBuilder()
                    .setMessageId("m")
                    .setAckValue(random.nextInt(3))
                    .setConflationKey(text(random))
                    .setPriorityValue(random.nextInt(4));
        }
        if (random.nextInt(6) == 0) {
            push.getOptionsBuilder()
                    .getTtlBuilder()
                    .setSeconds(random.nextInt(3) - 1)
                    .setNanos(random.nextInt(9));
        }
        return push.build();
    }

    private static String text(Random random) {
        return List.of("", "a", "room-1", "é", "😀", "\uFFFD", "tab\t", "x".repeat(300))
                .get(random.nextInt(8));
    }

    /** A batch whose pushes come in two parts, with fields that nobody knows in between. */
    private static ManagerFrame shuffled(Random random) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeUInt64(50, 7);
        out.writeString(51, "unknown");
        out.writeByteArray(1, request(random).toByteArray());
        out.writeFixed32(52, 7);
        out.writeTag(53, 3);
        out.writeUInt64(1, 3);
        out.writeTag(53, 4);
        out.writeByteArray(1, request(random).toByteArray());
        out.flush();
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        CodedOutputStream batch = CodedOutputStream.newInstance(frame);
        batch.writeUInt64(4, 9);
        batch.writeByteArray(2, bytes.toByteArray());
        batch.writeUInt64(1, 1);
        batch.writeUInt64(1, 2);
        batch.flush();
        ByteString body = ByteString.copyFrom(frame.toByteArray());
        return ManagerFrame.newBuilder()
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                2,
                                UnknownFieldSet.Field.newBuilder()
                                        .addLengthDelimited(body)
                                        .build())
                        .build())
                .build();
    }
}
