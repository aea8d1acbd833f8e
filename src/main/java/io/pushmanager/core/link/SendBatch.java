package io.pushmanager.core.link;

import java.util.ArrayList;
import java.util.List;

/**
 * The pushes of one batch, to be written at once: the session uses the object again for the next one.
 *
 * <p><b>Thread:</b> its session's.
 */
public final class SendBatch {

    private static final byte[] EMPTY = {};

    private long firstId;
    private final List<byte[]> pushes = new ArrayList<>();
    private int bytes;
    private int firstNew;

    void begin(long id) {
        firstId = id;
        firstNew = 0;
        pushes.clear();
        bytes = 0;
    }

    void add(byte[] encoded) {
        pushes.add(encoded);
        bytes += encoded.length;
    }

    void addAgain(byte[] encoded) {
        add(encoded);
        firstNew = pushes.size();
    }

    /** A push that has ended: its id must not be left out, but nothing is to be done. */
    void addEnded() {
        pushes.add(EMPTY);
        firstNew = pushes.size();
    }

    public long firstId() {
        return firstId;
    }

    public int size() {
        return pushes.size();
    }

    /** Index of the first push that was not sent before; {@link #size} when there is none. */
    public int firstNew() {
        return firstNew;
    }

    /** Encoded; shared by every link of the process, never to be written to. */
    public byte[] push(int index) {
        return pushes.get(index);
    }

    /** Of the encoded pushes together. */
    public int bytes() {
        return bytes;
    }
}
