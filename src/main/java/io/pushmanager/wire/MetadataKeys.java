package io.pushmanager.wire;

/** Names of the gRPC metadata that our processes send one another. */
public final class MetadataKeys {

    /** The instance_id of the node that a call is meant for; another instance answers FAILED_PRECONDITION. */
    public static final String INSTANCE = "pm-instance";

    /** The instance_id of the manager that calls: a node learns by it which managers have connected. */
    public static final String MANAGER = "pm-manager";

    /** W3C trace context. */
    public static final String TRACEPARENT = "traceparent";

    private MetadataKeys() {}
}
