package io.pushmanager.controller;

import io.pushmanager.core.presence.Change;
import io.pushmanager.core.presence.Totals;
import io.pushmanager.telemetry.Meters;

/** What the Controller counts. <b>Thread:</b> changed on the Controller's event loop, read by any. */
final class ControllerMeters {

    private final Meters meters;
    private volatile Totals totals = new Totals(0, 0);
    private volatile int nodes;

    ControllerMeters(Meters meters) {
        this.meters = meters;
        meters.gauge("controller_nodes", this, self -> self.nodes);
        meters.gauge("controller_rooms", this, self -> self.totals.rooms());
        meters.gauge("controller_users", this, self -> self.totals.users());
    }

    /** @param reason why users went offline, as the label says it */
    void changed(Change change, String reason) {
        if (change.online() > 0) {
            meters.usersOnline(change.online());
        }
        if (change.offline() > 0) {
            meters.usersOffline(reason, change.offline());
        }
    }

    void counted(Totals newTotals, int newNodes) {
        totals = newTotals;
        nodes = newNodes;
    }
}
