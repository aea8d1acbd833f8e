package io.pushmanager.core.membership;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which processes call themselves the same, although each should have a name of its own. One that drains is about to be
 * replaced, and does not count.
 *
 * <p><b>Bound:</b> the processes that are registered. <b>Thread:</b> confined to one.
 */
public final class SharedIds {

    private final Map<String, NodeInfo> processes = new LinkedHashMap<>();

    /** A process is there, or describes itself anew. */
    public void put(NodeInfo process) {
        if (process.draining()) {
            remove(process);
        } else {
            processes.put(process.address(), process);
        }
    }

    /** It is gone; another one that took its address meanwhile stays. */
    public void remove(NodeInfo process) {
        NodeInfo known = processes.get(process.address());
        if (known != null && known.isSameProcess(process)) {
            processes.remove(process.address());
        }
    }

    /** The addresses of those that share an id, by the id. */
    public Map<String, Set<String>> shared() {
        Map<String, Set<String>> byId = new TreeMap<>();
        processes.values().forEach(process -> byId.computeIfAbsent(process.nodeId(), absent -> new TreeSet<>())
                .add(process.address()));
        byId.values().removeIf(addresses -> addresses.size() < 2);
        return byId;
    }
}
