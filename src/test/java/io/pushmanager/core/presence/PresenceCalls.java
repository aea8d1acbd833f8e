package io.pushmanager.core.presence;

import io.pushmanager.core.presence.PresenceTable.Applied;
import io.pushmanager.core.presence.PresenceTable.Joined;
import io.pushmanager.core.presence.UserState.Seat;
import java.util.List;

/** What can be done to a table or to a store, so that one test does it to all of them. */
public interface PresenceCalls {

    Change register(PresenceNode node);

    Applied apply(String nodeKey, Update update);

    void broken(String nodeKey, long epoch);

    Change online(String nodeId, String userId, String userName);

    Change offline(String nodeId, String userId);

    Joined join(String nodeId, String userId, String roomId, Seat seat, int limit);

    long leave(String nodeId, String userId, String roomId);

    Change remove(String nodeKey);

    List<NodeStatus> nodes();

    List<UserPlace> user(String userId);

    Page<UserPlace> room(String roomId, String after, int limit);

    Whereabouts locate(List<String> roomIds, List<String> userIds);

    Page<UserPlace> users(String after, int limit);

    Page<RoomCount> rooms(String after, int limit);

    Totals totals();
}
