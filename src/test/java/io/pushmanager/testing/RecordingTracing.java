package io.pushmanager.testing;

import io.pushmanager.telemetry.Tracing;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Tracing that is on and remembers. A span's context names its parents: {@code node under mailbox under …}. */
public final class RecordingTracing implements Tracing {

    /** {@code name outcome} of each, in the order of ending. */
    public final List<String> ended = new CopyOnWriteArrayList<>();

    @Override
    public boolean isOn() {
        return true;
    }

    @Override
    public Span start(String name, String traceparent) {
        return new Span() {
            @Override
            public String traceparent() {
                return name + " under " + traceparent;
            }

            @Override
            public void end(String outcome) {
                ended.add(name + " " + outcome);
            }
        };
    }

    @Override
    public void close() {}
}
