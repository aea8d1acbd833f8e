package io.pushmanager.cluster;

import io.pushmanager.bus.ClusterMemberSeen;
import io.pushmanager.config.HostPort;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Where other members may be: those of the configuration, and those that the registry has. <b>Thread:</b> any. */
final class MemberTable implements Supplier<Collection<HostPort>> {

    private final List<HostPort> configured;
    private final String ownInstance;
    private final Map<String, HostPort> found = new ConcurrentHashMap<>();

    MemberTable(List<HostPort> configured, String ownInstance) {
        this.configured = configured;
        this.ownInstance = ownInstance;
    }

    void seen(ClusterMemberSeen member) {
        if (member.isUp()) {
            HostPort.parse(member.address()).ifPresent(address -> found.put(member.instanceId(), address));
        } else {
            found.remove(member.instanceId());
        }
    }

    /** Whether the registry has this process too. */
    boolean hasItself() {
        return found.containsKey(ownInstance);
    }

    /** Without this process. */
    @Override
    public Collection<HostPort> get() {
        Set<HostPort> others = new HashSet<>(configured);
        found.forEach((instance, address) -> {
            if (!instance.equals(ownInstance)) {
                others.add(address);
            }
        });
        return others;
    }
}
