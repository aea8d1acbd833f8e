package io.pushmanager.connect.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
        assertThat(frames.run(append(JoinedFrames.NONE, frame)).content()).isSameAs(frame);
    }

    @Test
    void socketsWithTheSameFramesShareOneBuffer() {
        ByteBuf first = frame("first,");
        ByteBuf second = frame("second");
        int one = append(JoinedFrames.NONE, first);
        int other = append(JoinedFrames.NONE, first);
        one = append(one, second);
        other = append(other, second);

        assertThat(other).isEqualTo(one);
        assertThat(text(one)).isEqualTo("first,second");
        assertThat(frames.run(one).content()).isSameAs(frames.run(other).content());
    }

    @Test
    void socketsOfDifferentRoomsGetTheirOwnFramesOnly() {
        ByteBuf a = frame("a");
        ByteBuf b = frame("b");
        ByteBuf all = frame("*");
        int inA = append(JoinedFrames.NONE, a);
        int inB = append(JoinedFrames.NONE, b);
        int inBoth = append(append(JoinedFrames.NONE, a), b); // asked for late: a run of its own, the same bytes
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
        int two = append(append(JoinedFrames.NONE, frame("a")), frame("b"));
        int four = append(append(two, frame("c")), frame("d"));
        assertThat(text(two)).isEqualTo("ab");
        assertThat(text(four)).isEqualTo("abcd");
    }

    @Test
    void whatAFlushBringsAboutIsForTheNext() {
        int before = append(JoinedFrames.NONE, frame("a"));
        frames.beginFlush();
        assertThat(frames.isEmpty()).isTrue();
        ByteBuf late = frame("b");
        int after = append(JoinedFrames.NONE, late);
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
            int[] waiting = new int[sockets];
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
                int run = waiting[socket];
                if (run != JoinedFrames.NONE) {
                    assertThat(text(run)).as("seed %d", seed).isEqualTo(expected[socket].toString());
                    assertThat(frames.run(run).bytes()).isEqualTo(expected[socket].length());
                }
            }
            frames.endFlush();
        }
    }

    @Test
    void moreRunsThanAreKeptAreMadeAgain() {
        for (int flush = 0; flush < 3; flush++) {
            int[] waiting = new int[10_000];
            for (int socket = 0; socket < waiting.length; socket++) {
                waiting[socket] = append(JoinedFrames.NONE, frame("to " + socket));
            }
            frames.beginFlush();
            for (int socket = 0; socket < waiting.length; socket++) {
                assertThat(text(waiting[socket])).isEqualTo("to " + socket);
            }
            frames.endFlush();
        }
    }

    private String text(int run) {
        return new String(ByteBufUtil.getBytes(frames.run(run).content()), StandardCharsets.US_ASCII);
    }

    /** With a header that was not needed before it, as the frames of pushes have. */
    private ByteBuf frame(String text) {
        ByteBuf frame = PooledByteBufAllocator.DEFAULT.directBuffer();
        frame.writeLong(-1).writeCharSequence(text, StandardCharsets.US_ASCII);
        frame.skipBytes(Long.BYTES);
        made.add(frame);
        return frame;
    }

    private int append(int before, ByteBuf frame) {
        return frames.append(before, frame, null);
    }
}
