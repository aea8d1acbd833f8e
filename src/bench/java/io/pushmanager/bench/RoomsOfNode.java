package io.pushmanager.bench;

/**
 * Which rooms one of several counting nodes holds: room {@code room-k} is at node {@code k % count}.
 *
 * @param index of the node, from 0
 */
record RoomsOfNode(int index, int count) {

    static final String PREFIX = "room-";

    /** Whether the node holds it; false for an id of any other form. */
    boolean holds(String roomId) {
        if (!roomId.startsWith(PREFIX)) {
            return false;
        }
        int number = 0;
        for (int i = PREFIX.length(); i < roomId.length(); i++) {
            number = 10 * number + roomId.charAt(i) - '0';
        }
        return number % count == index;
    }
}
