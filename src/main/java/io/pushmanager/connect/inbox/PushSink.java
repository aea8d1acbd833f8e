package io.pushmanager.connect.inbox;

import io.pushmanager.connect.hub.HubAnswer;
import io.pushmanager.connect.hub.HubPush;
import io.vertx.core.Future;

/** Takes pushes to the clients of this node, in the order in which they come. */
@FunctionalInterface
public interface PushSink {
    Future<HubAnswer> deliver(HubPush push);
}
