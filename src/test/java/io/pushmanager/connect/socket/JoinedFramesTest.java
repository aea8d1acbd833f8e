package io.pushmanager.connect.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.pushmanager.connect.socket.JoinedFrames.Run;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JoinedFramesTest {

    private final JoinedFrames frames = new JoinedFrames();
    private final List<ByteBuf> made = new ArrayList<>();

    @AfterEach
    void everyFrameIsGivenBack() {
        frames.beginFlush();
        frames.endFlush();
        assertThat(frames.isEmpty()).isTrue();
        for (ByteBuf frame : made) {
            assertThat(frame.refCnt()).isEqualTo(1);
            frame.release();
        }
    }

    @Test
    void oneFrameIsNotCopied() {
        ByteBuf frame = frame("a");
        assertThat(append(null, frame).content()).isSameAs(frame);
    }

    @Test
    void socketsWithTheSameFramesShareOneBuffer() {
        ByteBuf first = frame("first,");
        ByteBuf second = frame("second");
        Run one = append(null, first);
        Run other = append(null, first);
        one = append(one, second);
        other = append(other, second);

        assertThat(other).isSameAs(one);
        assertThat(text(one)).isEqualTo("first,second");
        assertThat(one.content()).isSameAs(other.content());
    }

    @Test
    void socketsOfDifferentRoomsGetTheirOwnFramesOnly() {
        ByteBuf a = frame("a");
        ByteBuf b = frame("b");
        ByteBuf all = frame("*");
        Run inA = append(null, a);
        Run inB = append(null, b);
        Run inBoth = append(append(null, a), b); // asked for late: a run of its own, the same bytes
        inA = append(inA, all);
        inB = append(inB, all);
        inBoth = append(inBoth, all);

        assertThat(text(inA)).isEqualTo("a*");
        assertThat(text(inB)).isEqualTo("b*");
        assertThat(text(inBoth)).isEqualTo("ab*");
        assertThat(text(inA)).isEqualTo("a*");
    }

    @Test
    void longerRunTakesWhatAShorterOneHasJoined() {
        Run two = append(append(null, frame("a")), frame("b"));
        Run four = append(append(two, frame("c")), frame("d"));
        assertThat(text(two)).isEqualTo("ab");
        assertThat(text(four)).isEqualTo("abcd");
    }

    @Test
    void whatAFlushBringsAboutIsForTheNext() {
        Run before = append(null, frame("a"));
        frames.beginFlush();
        assertThat(frames.isEmpty()).isTrue();
        ByteBuf late = frame("b");
        Run after = append(null, late);
        assertThat(text(append(before, late))).isEqualTo("ab"); // its socket is still to be flushed
        frames.endFlush();
        assertThat(text(after)).isEqualTo("b");
        assertThat(frames.isEmpty()).isFalse();
    }

    @Test
    void randomSocketsGetTheirFramesInOrder() {
        long seed = 42;
        Random random = new Random(seed);
        for (int flush = 0; flush < 50; flush++) {
            int sockets = 1 + random.nextInt(20);
            @Nullable Run[] waiting = new Run[sockets];
            StringBuilder[] expected = new StringBuilder[sockets];
            for (int push = random.nextInt(20); push > 0; push--) {
                String words = "p" + push + ".".repeat(random.nextInt(300));
                ByteBuf frame = frame(words);
                for (int socket = 0; socket < sockets; socket++) {
                    if (random.nextInt(3) > 0) {
                        waiting[socket] = append(waiting[socket], frame);
                        expected[socket] = expected[socket] == null ? new StringBuilder() : expected[socket];
                        expected[socket].append(words);
                    }
                }
            }
            frames.beginFlush();
            for (int socket = 0; socket < sockets; socket++) {
                Run run = waiting[socket];
                if (run != null) {
                    assertThat(text(run)).as("seed %d", seed).isEqualTo(expected[socket].toString());
                    assertThat(run.bytes()).isEqualTo(expected[socket].length());
                }
            }
            frames.endFlush();
        }
    }

    private static String text(Run run) {
        return new String(ByteBufUtil.getBytes(run.content()), StandardCharsets.US_ASCII);
    }

    /** With a header that was not needed before it, as the frames of pushes have. */
    private ByteBuf frame(String text) {
        ByteBuf frame = PooledByteBufAllocator.DEFAULT.directBuffer();
        frame.writeLong(-1).writeCharSequence(text, StandardCharsets.US_ASCII);
        frame.skipBytes(Long.BYTES);
        made.add(frame);
        return frame;
    }

    private Run append(@Nullable Run before, ByteBuf frame) {
        return frames.append(before, frame, null);
    }
}
