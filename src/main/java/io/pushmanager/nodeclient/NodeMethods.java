package io.pushmanager.nodeclient;

/** The paths of what a node link calls. */
final class NodeMethods {

    static final String HEALTH_CHECK = "/grpc.health.v1.Health/Check";
    static final String PUSH_MESSAGE_BATCH = "/pubsub.ConnectNodeService/PushMessageBatch";
    static final String EXPLAIN_DELIVERY = "/pubsub.ConnectNodeService/ExplainDelivery";
    static final String LINK = "/pubsub.ConnectNodeService/Link";
    static final String BROADCAST = "/protocol.PushServer/Broadcast";

    private NodeMethods() {}
}
