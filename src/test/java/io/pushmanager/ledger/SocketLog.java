package io.pushmanager.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one WebSocket saw, in the order in which it saw it. */
public final class SocketLog {

    static final long NEVER = Long.MAX_VALUE;

    /** A node that stands still hears late of who is gone; no test freezes one for longer. */
    private static final long NOTICED_MICROS = 15_000_000;

    private static final int CUT_OFF = 1006;

    /** A push as the socket received it. */
    public record Frame(
            String body,
            @Nullable String messageId,
            @Nullable String room,
            @Nullable String user,
            long at) {}

    /** When the socket was in a room: perhaps from and until, surely from and until. */
    static final class Stay {
        final long perhapsFrom;
        long surelyFrom = NEVER;
        long surelyUntil = NEVER;
        long perhapsUntil = NEVER;

        Stay(long perhapsFrom) {
            this.perhapsFrom = perhapsFrom;
        }
    }

    final String name;
    final String user;
    final List<Frame> frames = new ArrayList<>();
    final Map<String, List<Stay>> rooms = new HashMap<>();
    String node = "";
    long welcomedAt = NEVER;
    long closedAt = NEVER;
    /** Until when its node may count frames as written to it. */
    long countedUntil = NEVER;

    long flushedAt;
    long admittedGaps;

    final long openedAt;
    /** When its node told it to go, and after which time to be back elsewhere. */
    long toldToGoAt = NEVER;

    long reconnectAfterMillis;

    SocketLog(String name, String user, List<String> firstRooms, long openedAt) {
        this.name = name;
        this.user = user;
        this.openedAt = openedAt;
        firstRooms.forEach(room -> stays(room).add(new Stay(openedAt)));
    }

    void welcomed(String byNode, long at) {
        node = byNode;
        welcomedAt = at;
        rooms.values().forEach(stays -> stays.forEach(stay -> stay.surelyFrom = at));
    }

    void joinSent(String room, long at) {
        if (stays(room).isEmpty() || last(room).perhapsUntil != NEVER) {
            stays(room).add(new Stay(at));
        }
    }

    void joined(String room, long at) {
        last(room).surelyFrom = Math.min(last(room).surelyFrom, at);
    }

    void leaveSent(String room, long at) {
        if (!stays(room).isEmpty()) {
            last(room).surelyUntil = Math.min(last(room).surelyUntil, at);
        }
    }

    void left(String room, long at) {
        if (!stays(room).isEmpty()) {
            last(room).perhapsUntil = at;
        }
    }

    void closed(int code, long at) {
        closedAt = at;
        countedUntil = code == CUT_OFF ? at + NOTICED_MICROS : at;
    }

    void toldToGo(long afterMillis, long at) {
        toldToGoAt = at;
        reconnectAfterMillis = afterMillis;
    }

    public String name() {
        return name;
    }

    /** The node that welcomed it; empty before. */
    public String node() {
        return node;
    }

    /** When it was welcomed. */
    public long welcomedAt() {
        return welcomedAt;
    }

    /** The pushes it received, in order. */
    public List<Frame> frames() {
        return List.copyOf(frames);
    }

    /** Whether it answered a ping that it sent after this time: what was written to it by then has come. */
    boolean answeredAfter(long at) {
        return flushedAt > at && flushedAt < closedAt;
    }

    /** Whether a frame of this push may arrive here at this time. */
    boolean mayHave(Push push, long at) {
        return concernsUser(push)
                && (push.target().room() == null
                        || stays(push.target().room()).stream()
                                .anyMatch(stay -> stay.perhapsFrom <= at && stay.perhapsUntil >= push.begunAt()));
    }

    /**
     * Whether the push concerns this socket for as long as it was under way, whatever became of it.
     *
     * @param ageMicros how long before the call it must have been there to count
     */
    boolean isConcerned(Push push, long ageMicros) {
        long since = push.begunAt() - ageMicros;
        if (push.reply() == null || welcomedAt >= since || !concernsUser(push)) {
            return false;
        }
        return push.target().room() == null
                || stays(push.target().room()).stream()
                        .anyMatch(stay -> stay.surelyFrom < since
                                && (stay.surelyUntil == NEVER
                                        || (push.delivered()
                                                && stay.surelyUntil
                                                        > push.reply().at())));
    }

    private boolean concernsUser(Push push) {
        return (push.target().user() == null || push.target().user().equals(user))
                && !push.excludedUsers().contains(user);
    }

    private List<Stay> stays(String room) {
        return rooms.computeIfAbsent(room, unseen -> new ArrayList<>());
    }

    private Stay last(String room) {
        List<Stay> stays = stays(room);
        return stays.get(stays.size() - 1);
    }

    @Override
    public String toString() {
        return name + " (" + user + " at " + (node.isEmpty() ? "no node" : node) + ")";
    }
}
