package io.pushmanager.core.membership;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Decides when a Connect-Node may call itself ready: every live Push-Manager has connected to it, or the patience is
 * over and those missing are named.
 *
 * <p>A client that joins before a manager knows the node would miss that manager's pushes; hence the wait. A manager
 * that never connects must not keep a node out for ever; hence the patience.
 *
 * <p><b>Bound:</b> one entry a manager process. <b>Order:</b> ready once is ready for good. <b>Thread:</b> confined to
 * one. <b>Time:</b> callers pass monotonic {@code nowNanos}; never reads a clock.
 */
public final class ManagersSeen {

    /** Instances are never forgotten while they are live; of others the latest are kept. */
    private static final int MAX_CONNECTED = 1_000;

    private final long patienceNanos;
    private final Map<String, String> live = new LinkedHashMap<>();
    private final Set<String> connected = new LinkedHashSet<>();
    private boolean registered;
    private long registeredAtNanos;
    private boolean listed;
    private boolean ready;

    public ManagersSeen(long patienceNanos) {
        this.patienceNanos = patienceNanos;
    }

    /** Managers can find this node from now on; the patience begins. Only the first call counts. */
    public void registered(long nowNanos) {
        if (!registered) {
            registered = true;
            registeredAtNanos = nowNanos;
        }
    }

    /** Which managers there are is known from now on: those told of before this call, and changes after. */
    public void listed() {
        listed = true;
    }

    /** A manager process that will connect. */
    public void managerUp(String instanceId, String managerId) {
        live.put(instanceId, managerId);
    }

    /** It has gone, or is leaving. */
    public void managerDown(String instanceId) {
        live.remove(instanceId);
    }

    /** A manager process has called this node, known yet or not. */
    public void managerConnected(String instanceId) {
        connected.remove(instanceId);
        connected.add(instanceId);
        if (connected.size() > MAX_CONNECTED) {
            var oldest = connected.iterator();
            while (oldest.hasNext()) {
                if (!live.containsKey(oldest.next())) {
                    oldest.remove();
                    return;
                }
            }
        }
    }

    /** Whether the node is ready at this time; true for good once it was. */
    public boolean isReady(long nowNanos) {
        if (!ready && registered) {
            ready = (listed && missing().isEmpty()) || nowNanos - registeredAtNanos >= patienceNanos;
        }
        return ready;
    }

    /** Names of the live managers that have not connected. */
    public Set<String> missing() {
        Set<String> missing = new LinkedHashSet<>();
        live.forEach((instanceId, managerId) -> {
            if (!connected.contains(instanceId)) {
                missing.add(managerId);
            }
        });
        return missing;
    }

    /** What readiness waits for, in words. */
    public String waitingFor() {
        if (!registered) {
            return "not registered yet";
        }
        if (!listed) {
            return "the list of Push-Managers has not come yet";
        }
        return "not connected yet: " + String.join(", ", missing());
    }
}
