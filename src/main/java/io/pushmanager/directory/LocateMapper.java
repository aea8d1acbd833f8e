package io.pushmanager.directory;

import io.pushmanager.core.routes.NodeRef;
import io.pushmanager.core.routes.RouteAnswer;
import io.pushmanager.core.routes.RouteKey;
import io.pushmanager.proto.pubsub.LocateReply;
import io.pushmanager.proto.pubsub.LocateRequest;
import io.pushmanager.proto.pubsub.LocatedNode;
import io.pushmanager.proto.pubsub.NodePlaces;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Routes in protobuf ↔ in core. */
final class LocateMapper {

    private LocateMapper() {}

    static LocateRequest toProto(List<RouteKey> keys) {
        LocateRequest.Builder request = LocateRequest.newBuilder();
        for (RouteKey key : keys) {
            if (key.isRoom()) {
                request.addRoomIds(key.id());
            } else {
                request.addUserIds(key.id());
            }
        }
        return request.build();
    }

    /** @throws IllegalArgumentException when the answer is not one to this question */
    static RouteAnswer toCore(List<RouteKey> keys, LocateReply reply) {
        List<NodeRef> nodes = new ArrayList<>(reply.getNodesCount());
        Set<String> told = new HashSet<>();
        for (LocatedNode node : reply.getNodesList()) {
            NodeRef ref = new NodeRef(node.getNodeId(), node.getAddress(), node.getInstanceId());
            nodes.add(ref);
            if (node.getTold()) {
                told.add(ref.key());
            }
        }
        List<List<NodeRef>> holders = new ArrayList<>(keys.size());
        int rooms = 0;
        int users = 0;
        for (RouteKey key : keys) {
            List<NodePlaces> all = key.isRoom() ? reply.getRoomsList() : reply.getUsersList();
            int index = key.isRoom() ? rooms++ : users++;
            if (index >= all.size()) {
                throw new IllegalArgumentException("fewer places than were asked for");
            }
            holders.add(holders(all.get(index), nodes));
        }
        return new RouteAnswer(told, holders);
    }

    private static List<NodeRef> holders(NodePlaces places, List<NodeRef> nodes) {
        List<NodeRef> holders = new ArrayList<>(places.getNodesCount());
        for (int place : places.getNodesList()) {
            if (place < 0 || place >= nodes.size()) {
                throw new IllegalArgumentException("a place that is not in the list of nodes");
            }
            holders.add(nodes.get(place));
        }
        return holders;
    }
}
