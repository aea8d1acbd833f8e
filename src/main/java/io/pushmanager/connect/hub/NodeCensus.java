package io.pushmanager.connect.hub;

import io.pushmanager.core.rooms.RoomTable.RoomListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What has to be known of all event loops at once: how many connections there are, which users and rooms have any.
 *
 * <p>Touched when a connection comes or goes and when a room opens or closes on a loop, never by a push.
 * <b>Thread:</b> any. <b>Bound:</b> the connections that were admitted, and their rooms.
 */
public final class NodeCensus implements RoomListener {

    /** Told of a user whose connections or rooms have changed, on the event loop where they did. Must only note it. */
    @FunctionalInterface
    public interface UserListener {
        void userChanged(String userId);
    }

    private volatile UserListener userListener = userId -> {};

    private final AtomicInteger admitted = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private final ConcurrentHashMap<String, Integer> connectionsByUser = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Integer> loopsByRoom = new ConcurrentHashMap<>();

    /** Takes a place for a connection that is about to be upgraded. False when there is none left. */
    public boolean admit(int maxConnections) {
        if (admitted.incrementAndGet() <= maxConnections) {
            return true;
        }
        admitted.decrementAndGet();
        return false;
    }

    /** Gives back a place that {@link #admit} took. */
    public void release() {
        admitted.decrementAndGet();
    }

    /** Counts a connection of the user. False when the user has {@code max} already. */
    boolean enter(String userId, int max) {
        int now = connectionsByUser.merge(userId, 1, Integer::sum);
        if (now > max) {
            forget(userId);
            return false;
        }
        connections.incrementAndGet();
        return true;
    }

    void leave(String userId) {
        forget(userId);
        connections.decrementAndGet();
    }

    @Override
    public void roomOpened(String roomId) {
        loopsByRoom.merge(roomId, 1, Integer::sum);
    }

    @Override
    public void roomClosed(String roomId) {
        loopsByRoom.computeIfPresent(roomId, (id, loops) -> loops == 1 ? null : loops - 1);
    }

    @Override
    public void userChanged(String userId) {
        userListener.userChanged(userId);
    }

    /** One at a time: who keeps account of the users elsewhere. */
    public void onUserChange(UserListener listener) {
        userListener = listener;
    }

    /** A copy. Whoever comes while it is made is told of by {@link #onUserChange}. */
    public List<String> userIds() {
        return new ArrayList<>(connectionsByUser.keySet());
    }

    public int connections() {
        return connections.get();
    }

    public int rooms() {
        return loopsByRoom.size();
    }

    public int users() {
        return connectionsByUser.size();
    }

    private void forget(String userId) {
        connectionsByUser.computeIfPresent(userId, (id, count) -> count == 1 ? null : count - 1);
    }
}
