package io.pushmanager.controller;

import io.pushmanager.core.presence.Change;
import io.pushmanager.core.presence.NodeStatus;
import io.pushmanager.core.presence.RoomCount;
import io.pushmanager.core.presence.UserPlace;
import io.pushmanager.core.presence.Whereabouts;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What {@code presence.lua} answers, read. */
final class RedisAnswers {

    private RedisAnswers() {}

    static List<NodeStatus> statuses(Response answer) {
        List<NodeStatus> nodes = new ArrayList<>(answer.size() / 4);
        for (int i = 0; i + 3 < answer.size(); i += 4) {
            String load = answer.get(i + 1).toString();
            nodes.add(new NodeStatus(
                    RedisJson.node(answer.get(i).toString(), load),
                    RedisJson.load(load),
                    answer.get(i + 2).toLong(),
                    TimeUnit.MILLISECONDS.toNanos(Math.max(0, answer.get(i + 3).toLong()))));
        }
        return nodes;
    }

    static Whereabouts whereabouts(Response answer, int rooms) {
        Set<String> told = new HashSet<>(strings(answer.get(1)));
        List<List<String>> found = new ArrayList<>(answer.size() - 2);
        for (int i = 2; i < answer.size(); i++) {
            found.add(strings(answer.get(i)));
        }
        return new Whereabouts(
                statuses(answer.get(0)), told, found.subList(0, rooms), found.subList(rooms, found.size()));
    }

    private static List<String> strings(Response array) {
        return array.stream().map(Response::toString).toList();
    }

    static List<RoomCount> roomCounts(Response answer, int from) {
        List<RoomCount> rooms = new ArrayList<>();
        for (int i = from; i + 1 < answer.size(); i += 2) {
            rooms.add(new RoomCount(answer.get(i).toString(), answer.get(i + 1).toLong()));
        }
        return rooms;
    }

    static Change change(Response answer, int at) {
        return new Change(answer.get(at).toInteger(), answer.get(at + 1).toInteger());
    }

    /** By user, and of one user's the node to which the user came last first. */
    static List<UserPlace> places(Response answer, int from) {
        List<UserPlace> places = new ArrayList<>();
        for (int i = from; i + 3 < answer.size(); i += 4) {
            places.add(new UserPlace(
                    answer.get(i).toString(),
                    RedisJson.node(
                            answer.get(i + 1).toString(), answer.get(i + 2).toString()),
                    RedisJson.state(answer.get(i + 3).toString())));
        }
        places.sort(Comparator.comparing(UserPlace::userId)
                .thenComparing(place -> -place.state().onlineSinceMillis()));
        return places;
    }
}
