package io.pushmanager.discovery;

import io.pushmanager.core.membership.MembershipAction;
import io.pushmanager.core.membership.SharedIds;
import io.pushmanager.telemetry.Health;
import io.pushmanager.telemetry.Meters;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says it when Push-Managers have the same {@code manager.id}: once in the log, in the health body and ListNodes for as long
 * as it lasts, and in a metric. They work all the same; nobody could tell them apart by their name.
 *
 * <p><b>Thread:</b> that of the one who tells it.
 */
public final class SharedManagerIds {

    static final String NOTICE = "manager.id";

    private static final Logger log = LoggerFactory.getLogger(SharedManagerIds.class);

    private final SharedIds ids = new SharedIds();
    private final Health health;
    private volatile Map<String, Set<String>> shared = Map.of();

    public SharedManagerIds(Health health, Meters meters) {
        this.health = health;
        meters.gauge("push_shared_manager_ids", this, source -> source.shared.size());
    }

    /** Managers come, go and change. */
    void tell(MembershipAction action) {
        if (action instanceof MembershipAction.Up up) {
            ids.put(up.node());
        } else if (action instanceof MembershipAction.Changed changed) {
            ids.put(changed.node());
        } else if (action instanceof MembershipAction.Down down) {
            ids.remove(down.node());
        } else {
            return;
        }
        say();
    }

    private void say() {
        Map<String, Set<String>> now = new TreeMap<>(ids.shared());
        if (now.equals(shared)) {
            return;
        }
        now.forEach((id, addresses) -> {
            if (!addresses.equals(shared.get(id))) {
                log.warn(
                        "several Push-Managers have the manager.id {}: {}; give each one of its own",
                        LogText.safe(id),
                        LogText.safe(String.join(", ", addresses)));
            }
        });
        shared = now;
        if (now.isEmpty()) {
            health.noticeOver(NOTICE);
        } else {
            health.notice(
                    NOTICE,
                    now.entrySet().stream()
                            .map(each -> "several Push-Managers are " + LogText.safe(each.getKey()) + ": "
                                    + LogText.safe(String.join(", ", each.getValue())))
                            .collect(Collectors.joining("; ")));
        }
    }
}
