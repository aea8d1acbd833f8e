package io.pushmanager.connect.hub;

import io.pushmanager.connect.socket.ClientSocket;
import io.pushmanager.core.message.Action;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.rooms.Member;
import io.pushmanager.core.rooms.RoomTable;
import java.util.ArrayList;
import java.util.List;

/**
 * Does what an operator wants done with connections of this event loop, in its place among the pushes to them.
 *
 * <p>The counts: {@code written} where something was changed, {@code duplicate} where there was nothing to do, {@code droppedSlow} where
 * a connection has no room for one more room. <b>Thread:</b> the event loop of its table.
 */
final class ActionDesk {

    private final RoomTable<ClientSocket> table;
    private final CommandDesk desk;

    ActionDesk(RoomTable<ClientSocket> table, CommandDesk desk) {
        this.table = table;
        this.desk = desk;
    }

    /** How many connections a push to {@code target} would find. */
    DeliveryCounts count(Target target) {
        long[] matched = new long[1];
        table.visit(target, (member, since) -> matched[0]++);
        return DeliveryCounts.matchedOnly(matched[0]);
    }

    /** @param reachedUpTo to connections up to this sequence it was done before */
    DeliveryCounts carryOut(Action action, Target target, long reachedUpTo) {
        List<Member<ClientSocket>> found = new ArrayList<>();
        long[] before = new long[1];
        // Not while visiting: what is done changes the table.
        table.visit(target, (member, since) -> {
            if (since <= reachedUpTo) {
                before[0]++;
            } else {
                found.add(member);
            }
        });
        long changed = 0;
        long refused = 0;
        for (Member<ClientSocket> member : found) {
            Done done = carryOut(action, member);
            changed += done == Done.CHANGED ? 1 : 0;
            refused += done == Done.REFUSED ? 1 : 0;
        }
        long matched = before[0] + found.size();
        return new DeliveryCounts(matched, changed, refused, 0, matched - changed - refused, 0, 0);
    }

    private enum Done {
        CHANGED,
        UNCHANGED,
        REFUSED
    }

    private Done carryOut(Action action, Member<ClientSocket> member) {
        if (action instanceof Action.Disconnect disconnect) {
            member.connection().close(disconnect.closeCode(), disconnect.reason());
            return Done.CHANGED;
        }
        if (action instanceof Action.Join join) {
            if (member.isIn(join.roomId())) {
                return Done.UNCHANGED;
            }
            return desk.joinUnasked(member, join.roomId()) == null ? Done.CHANGED : Done.REFUSED;
        }
        if (action instanceof Action.Leave leave) {
            if (!member.isIn(leave.roomId())) {
                return Done.UNCHANGED;
            }
            desk.leaveUnasked(member, leave.roomId());
            return Done.CHANGED;
        }
        throw new IllegalStateException("nothing to do: " + action);
    }
}
