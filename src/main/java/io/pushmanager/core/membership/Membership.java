package io.pushmanager.core.membership;

import io.pushmanager.core.membership.MembershipAction.Changed;
import io.pushmanager.core.membership.MembershipAction.Down;
import io.pushmanager.core.membership.MembershipAction.Up;
import io.pushmanager.core.membership.MembershipAction.Warned;
import io.pushmanager.core.membership.MembershipAction.Warning;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides which nodes are up, from what the registry says and whether their connections live.
 *
 * <p>Identity is address and instance_id: the same instance_id is an update, another one a down and an up. A key that
 * goes takes its node along at once if the connection is dead or the node had announced its drain; otherwise the node is
 * <em>suspect</em>: still served while its connection lives, until the suspect time-out. The registry being away removes
 * nobody, and that time does not count.
 *
 * <p><b>Bound:</b> one entry a key. <b>Order:</b> for each address up, changes, down. <b>Thread:</b> confined to one.
 * <b>Time:</b> callers pass monotonic {@code nowNanos}; never reads a clock.
 * <b>Source:</b> docs/decisions/0003-discovery-list-watch-resync.md.
 */
public final class Membership {

    private static final class Member {
        NodeInfo node;
        boolean connected;
        boolean suspect;
        long suspectUntilNanos;

        Member(NodeInfo node) {
            this.node = node;
        }
    }

    private final long suspectTimeoutNanos;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final Map<String, Set<String>> addressesByNodeId = new HashMap<>();
    private final Map<String, Long> invalidRevisions = new HashMap<>();
    private boolean sourceAway;
    private long sourceAwaySinceNanos;

    public Membership(long suspectTimeoutNanos) {
        this.suspectTimeoutNanos = suspectTimeoutNanos;
    }

    /** Every node that is served, suspects too. */
    public Collection<NodeInfo> nodes() {
        return members.values().stream().map(member -> member.node).toList();
    }

    /**
     * A key has this value now.
     *
     * @param leased whether the key goes away with its process
     */
    public List<MembershipAction> put(NodeInfo node, boolean leased) {
        List<MembershipAction> actions = new ArrayList<>(2);
        invalidRevisions.remove(node.address());
        Member member = members.get(node.address());
        if (member != null && member.node.isSameProcess(node)) {
            update(member, node, actions);
            return actions;
        }
        if (member != null) {
            drop(member, node.revision(), "another process took its address", actions);
        }
        members.put(node.address(), new Member(node));
        actions.add(new Up(node));
        noteNodeId(node, actions);
        if (!leased) {
            actions.add(new Warned(
                    Warning.NO_LEASE,
                    "the key of " + node.address() + " has no lease: it stays when its process dies"));
        }
        return actions;
    }

    /** A key has a value that cannot be read. What was last read of it stays. */
    public List<MembershipAction> invalid(String address, long revision, String problem) {
        Long told = invalidRevisions.put(address, revision);
        if (told != null && told == revision) {
            return List.of();
        }
        String kept = members.containsKey(address) ? "; its last good value stays in use" : "; skipped";
        return List.of(new Warned(
                Warning.INVALID_VALUE, "key " + address + " at revision " + revision + ": " + problem + kept));
    }

    /**
     * A key is gone.
     *
     * @param last a description that came before the deletion and was never {@link #put}; null when there is none
     */
    public List<MembershipAction> deleted(String address, long revision, @Nullable NodeInfo last, long nowNanos) {
        invalidRevisions.remove(address);
        Member member = members.get(address);
        if (member == null || member.suspect) {
            return List.of();
        }
        List<MembershipAction> actions = new ArrayList<>(1);
        boolean drainAnnounced =
                member.node.draining() || (last != null && last.isSameProcess(member.node) && last.draining());
        if (drainAnnounced) {
            drop(member, revision, "it drained and left", actions);
        } else if (!member.connected) {
            drop(member, revision, "its key is gone and there is no connection to it", actions);
        } else {
            member.node = member.node.withRevision(revision);
            member.suspect = true;
            // While the registry is away the deadline stands still: sourceRegained moves it on.
            member.suspectUntilNanos = (sourceAway ? sourceAwaySinceNanos : nowNanos) + suspectTimeoutNanos;
            actions.add(new Changed(member.node, true));
        }
        return actions;
    }

    /** The connection to a process came or went. */
    public List<MembershipAction> link(String address, String instanceId, boolean connected) {
        Member member = members.get(address);
        if (member == null || !member.node.instanceId().equals(instanceId)) {
            return List.of();
        }
        member.connected = connected;
        if (connected || !member.suspect) {
            return List.of();
        }
        List<MembershipAction> actions = new ArrayList<>(1);
        drop(member, member.node.revision(), "its key was gone, and now its connection is too", actions);
        return actions;
    }

    /** Drops suspects whose time is over. */
    public List<MembershipAction> tick(long nowNanos) {
        if (sourceAway) {
            return List.of();
        }
        List<MembershipAction> actions = new ArrayList<>(0);
        for (Member member : List.copyOf(members.values())) {
            if (member.suspect && nowNanos - member.suspectUntilNanos >= 0) {
                drop(
                        member,
                        member.node.revision(),
                        "its key has been gone for " + suspectTimeoutNanos / 1_000_000_000L + " s",
                        actions);
            }
        }
        return actions;
    }

    /** The registry cannot be asked. Nobody is removed for that. */
    public void sourceLost(long nowNanos) {
        if (!sourceAway) {
            sourceAway = true;
            sourceAwaySinceNanos = nowNanos;
        }
    }

    /** The registry answers again. */
    public void sourceRegained(long nowNanos) {
        if (sourceAway) {
            sourceAway = false;
            for (Member member : members.values()) {
                member.suspectUntilNanos += nowNanos - sourceAwaySinceNanos;
            }
        }
    }

    private void update(Member member, NodeInfo node, List<MembershipAction> actions) {
        boolean healed = member.suspect;
        boolean different = !node.withRevision(member.node.revision()).equals(member.node);
        if (!node.nodeId().equals(member.node.nodeId())) {
            forgetNodeId(member.node);
            noteNodeId(node, actions);
        }
        member.node = node;
        member.suspect = false;
        if (healed || different) {
            actions.add(new Changed(node, false));
        }
    }

    private void drop(Member member, long revision, String reason, List<MembershipAction> actions) {
        members.remove(member.node.address());
        forgetNodeId(member.node);
        actions.add(new Down(member.node.withRevision(revision), reason));
    }

    private void noteNodeId(NodeInfo node, List<MembershipAction> actions) {
        Set<String> addresses = addressesByNodeId.computeIfAbsent(node.nodeId(), absent -> new TreeSet<>());
        if (addresses.add(node.address()) && addresses.size() > 1) {
            actions.add(new Warned(
                    Warning.SAME_NODE_ID,
                    "node_id " + node.nodeId() + " stands under several keys: " + addresses + "; the newest is "
                            + node.address() + " at revision " + node.revision() + "; all are served"));
        }
    }

    private void forgetNodeId(NodeInfo node) {
        Set<String> addresses = addressesByNodeId.get(node.nodeId());
        if (addresses != null && addresses.remove(node.address()) && addresses.isEmpty()) {
            addressesByNodeId.remove(node.nodeId());
        }
    }
}
