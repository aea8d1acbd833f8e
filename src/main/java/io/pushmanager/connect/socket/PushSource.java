package io.pushmanager.connect.socket;

import io.pushmanager.core.output.Dispatch;

/** The push of a frame that a socket gets. <b>Thread:</b> the socket's event loop. */
public interface PushSource {

    /** Whether its frames are worth nothing after some time, so that they may be recalled until they are flushed. */
    boolean expires();

    /** Whether it replaces others while it waits. */
    boolean conflates();

    /** Counts the frames that do not leave, or end, at once. Made when it is asked for first. */
    Dispatch dispatch();
}
