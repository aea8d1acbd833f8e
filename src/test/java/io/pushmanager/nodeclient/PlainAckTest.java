package io.pushmanager.nodeclient;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.proto.pubsub.LinkAck;
import io.pushmanager.proto.pubsub.LinkDrain;
import io.pushmanager.proto.pubsub.LinkProbeAnswer;
import io.pushmanager.proto.pubsub.LinkResultDetail;
import io.pushmanager.proto.pubsub.LinkResults;
import io.pushmanager.proto.pubsub.NodeFrame;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainAckTest {

    private final PlainAck ack = new PlainAck();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void saysWhatProtobufSays(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            LinkAck expected = someAck(random);
            byte[] bytes = frame(expected);
            String name = "seed " + seed + ", round " + round;

            assertThat(read(bytes)).as(name).isTrue();
            assertThat(ack.number()).as(name).isEqualTo(expected.getNumber());
            assertThat(ack.consumedThrough()).as(name).isEqualTo(expected.getConsumedThrough());
            assertThat(results()).as(name).isEqualTo(results(expected));
        }
    }

    @Test
    void leavesOtherFramesToProtobuf() {
        LinkAck.Builder detailed = LinkAck.newBuilder().setNumber(1);
        detailed.addResultsBuilder()
                .addMatched(1)
                .addDetails(LinkResultDetail.newBuilder().setCode(14));

        assertThat(read(frame(detailed.build()))).isFalse();
        assertThat(read(NodeFrame.newBuilder()
                        .setProbeAnswer(LinkProbeAnswer.newBuilder().setNumber(1))
                        .build()
                        .toByteArray()))
                .isFalse();
        assertThat(read(NodeFrame.newBuilder()
                        .setDrain(LinkDrain.newBuilder().setGraceMillis(1))
                        .build()
                        .toByteArray()))
                .isFalse();
        assertThat(read(new byte[0])).isFalse();
    }

    @Test
    void leavesTwoAcknowledgementsInOneFrameToProtobuf() {
        byte[] one = frame(LinkAck.newBuilder().setNumber(1).build());
        byte[] two = Arrays.copyOf(one, 2 * one.length);
        System.arraycopy(one, 0, two, one.length, one.length);

        assertThat(read(two)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6})
    void leavesWhatIsCutOffOrGarbledToProtobufOrAgreesWithIt(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            byte[] bytes = frame(someAck(random));
            if (random.nextBoolean()) {
                bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            } else {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            if (read(bytes)) {
                LinkAck expected = protobuf(bytes);
                assertThat(results()).as("seed " + seed + ", round " + round).isEqualTo(results(expected));
            }
        }
    }

    private static LinkAck someAck(Random random) {
        LinkAck.Builder ack = LinkAck.newBuilder()
                .setNumber(random.nextLong() >>> (1 + random.nextInt(63)))
                .setConsumedThrough(random.nextLong() >>> (1 + random.nextInt(63)));
        for (int run = random.nextInt(9); run > 0; run--) {
            LinkResults.Builder results = ack.addResultsBuilder().setFirstId(random.nextInt(1_000_000));
            for (int result = random.nextInt(40); result > 0; result--) {
                results.addMatched(random.nextInt() >>> random.nextInt(32));
            }
        }
        return ack.build();
    }

    private static byte[] frame(LinkAck ack) {
        return NodeFrame.newBuilder().setAck(ack).build().toByteArray();
    }

    private static LinkAck protobuf(byte[] bytes) {
        try {
            return NodeFrame.parseFrom(bytes).getAck();
        } catch (Exception garbage) {
            throw new AssertionError("read what protobuf refuses", garbage);
        }
    }

    private boolean read(byte[] bytes) {
        // It lies somewhere in a larger chunk.
        Buffer chunk = Buffer.buffer().appendLong(-1).appendBytes(bytes).appendLong(-1);
        return ack.read(chunk, Long.BYTES, Long.BYTES + bytes.length);
    }

    private List<String> results() {
        List<String> results = new ArrayList<>();
        ack.each((id, matched) -> results.add(id + ":" + matched));
        return results;
    }

    private static List<String> results(LinkAck ack) {
        List<String> results = new ArrayList<>();
        for (LinkResults run : ack.getResultsList()) {
            for (int i = 0; i < run.getMatchedCount(); i++) {
                results.add((run.getFirstId() + i) + ":" + run.getMatched(i));
            }
        }
        return results;
    }
}
