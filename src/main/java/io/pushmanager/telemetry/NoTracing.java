package io.pushmanager.telemetry;

import org.jspecify.annotations.Nullable;

/** Tracing that is off. */
final class NoTracing implements Tracing, Tracing.Span {

    static final NoTracing INSTANCE = new NoTracing();

    private NoTracing() {}

    @Override
    public boolean isOn() {
        return false;
    }

    @Override
    public Span start(String name, @Nullable String traceparent) {
        return this;
    }

    @Override
    public @Nullable String traceparent() {
        return null;
    }

    @Override
    public void end(String outcome) {}

    @Override
    public void close() {}
}
