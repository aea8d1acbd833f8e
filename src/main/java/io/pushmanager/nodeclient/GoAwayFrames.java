package io.pushmanager.nodeclient;

import io.netty.buffer.ByteBuf;
import io.vertx.core.http.GoAway;
import io.vertx.core.internal.buffer.BufferInternal;

/**
 * Reads GOAWAY frames without leaking them.
 *
 * <p>Vert.x 5.0 gives the handler a pooled copy of the frame's debug data that it never releases, and the public API has no
 * way to. (It also keeps the original past its release, so that {@code HttpClosedException.goAway()} may throw.) The one
 * use of Vert.x internals here gives the copy back.
 */
final class GoAwayFrames {

    private GoAwayFrames() {}

    /** The last stream that the peer has processed or will; releases the frame, which must not be used again. */
    static int lastStreamId(GoAway frame) {
        if (frame.getDebugData() instanceof BufferInternal debugData) {
            // The view is unreleasable; what it is a view of is the copy.
            ByteBuf copy = debugData.getByteBuf().unwrap();
            if (copy != null && copy.refCnt() > 0) {
                copy.release();
            }
        }
        return frame.getLastStreamId();
    }
}
