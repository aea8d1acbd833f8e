package io.pushmanager.core.presence;

/** A room, and how many different users are in it. */
public record RoomCount(String roomId, long users) {}
