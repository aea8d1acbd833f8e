package io.pushmanager.core.interest;

import io.pushmanager.core.link.LinkViolation;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Checks what comes over one stream of a node, and cuts it into pieces.
 *
 * <p><b>Order:</b> a snapshot first, whose parts all carry its version; then updates whose versions leave nothing out.
 * <b>Bound:</b> a piece has {@value #MOST_HASHES} hashes at most, so that no turn of an event loop applies more. <b>Failure:</b> a gap is a
 * {@link LinkViolation}: the next stream begins with a new snapshot. <b>Thread:</b> its owner's.
 */
public final class InterestReader {

    /** Hashes of one piece. */
    public static final int MOST_HASHES = 8_192;

    private static final long[] NONE = {};

    private final long stream;
    private boolean begun;
    private boolean partial;
    private long version;

    public InterestReader(long stream) {
        this.stream = stream;
    }

    /** One frame, as it came. Its arrays are taken over. */
    public void read(InterestUpdate frame, Consumer<InterestChange> pieces) {
        boolean continues = partial && frame.version() == version;
        boolean begins = frame.snapshot() && !continues;
        if (!begins && !continues) {
            checkFollows(frame);
        }
        begun = true;
        version = frame.version();
        partial = frame.more();
        cut(frame, begins, pieces);
    }

    private void checkFollows(InterestUpdate frame) {
        if (!begun) {
            throw new LinkViolation("an interest update before the snapshot");
        }
        if (partial) {
            throw new LinkViolation("interest version " + frame.version() + " within snapshot " + version);
        }
        if (frame.version() != version + 1) {
            throw new LinkViolation("interest version " + frame.version() + " after " + version);
        }
        if (frame.more()) {
            throw new LinkViolation("an interest update in parts");
        }
    }

    private void cut(InterestUpdate frame, boolean begins, Consumer<InterestChange> pieces) {
        long[][] hashes = {frame.roomsAdded(), frame.roomsRemoved(), frame.usersAdded(), frame.usersRemoved()};
        int left = 0;
        for (long[] kind : hashes) {
            left += kind.length;
        }
        int[] from = new int[hashes.length];
        boolean first = begins;
        do {
            long[][] piece = new long[hashes.length][];
            int room = MOST_HASHES;
            for (int kind = 0; kind < hashes.length; kind++) {
                int count = Math.min(room, hashes[kind].length - from[kind]);
                piece[kind] = take(hashes[kind], from[kind], count);
                from[kind] += count;
                room -= count;
                left -= count;
            }
            pieces.accept(new InterestChange(
                    stream,
                    frame.version(),
                    first,
                    left == 0 && !frame.more(),
                    frame.allUsers(),
                    piece[0],
                    piece[1],
                    piece[2],
                    piece[3]));
            first = false;
        } while (left > 0);
    }

    private static long[] take(long[] all, int from, int count) {
        if (count == all.length) {
            return all;
        }
        return count == 0 ? NONE : Arrays.copyOfRange(all, from, from + count);
    }
}
