package io.pushmanager.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;

/** Passes immutable bodies by reference inside one JVM; refuses to put one on a wire. */
final class ReferenceCodec implements MessageCodec<Object, Object> {

    static final String NAME = "push-manager.reference";

    static void registerOnce(EventBus eventBus) {
        try {
            eventBus.registerCodec(new ReferenceCodec());
        } catch (IllegalStateException alreadyRegistered) {
            // one codec serves every verticle of this Vertx
        }
    }

    @Override
    public void encodeToWire(Buffer buffer, Object body) {
        throw new UnsupportedOperationException(body.getClass().getName() + " never leaves its JVM");
    }

    @Override
    public Object decodeFromWire(int position, Buffer buffer) {
        throw new UnsupportedOperationException("bodies of this codec never leave their JVM");
    }

    @Override
    public Object transform(Object body) {
        return body;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
