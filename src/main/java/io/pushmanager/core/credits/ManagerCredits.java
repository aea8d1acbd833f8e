package io.pushmanager.core.credits;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The managers that a publisher hears of, and which of them takes the next request.
 *
 * <p>They take turns, so that equal ones get equal shares. One that has less than half of what the best one has left is
 * passed over: what it said it can take, less what it has been sent and has not answered.
 *
 * <p><b>Bound:</b> one entry for each manager heard of within {@link #ManagerCredits(long) the silence}. <b>Order:</b>
 * none. <b>Thread:</b> one at a time. <b>Time:</b> callers pass it, in any unit that only grows.
 */
public final class ManagerCredits {

    private final long silence;
    private final List<Manager> managers = new ArrayList<>();
    private int turn;

    /** @param silence after which a manager that said nothing counts as gone, in the callers' unit of time */
    public ManagerCredits(long silence) {
        this.silence = silence;
    }

    private static final class Manager {
        final String instanceId;
        int free;
        boolean usable;
        int unanswered;
        long heardAt;

        Manager(String instanceId) {
            this.instanceId = instanceId;
        }

        int left() {
            return free - unanswered;
        }
    }

    /** A manager says how many more requests it can take, and whether it takes any. */
    public void heard(String instanceId, int free, boolean serving, long now) {
        Manager manager = find(instanceId);
        if (manager == null) {
            manager = new Manager(instanceId);
            managers.add(manager);
        }
        manager.free = free;
        manager.usable = serving;
        manager.heardAt = now;
    }

    /** Who takes the next request; null when nobody is known to. */
    public @Nullable String choose() {
        int best = Integer.MIN_VALUE;
        for (int i = 0; i < managers.size(); i++) {
            Manager manager = managers.get(i);
            if (manager.usable) {
                best = Math.max(best, manager.left());
            }
        }
        for (int i = 0; i < managers.size(); i++) {
            turn = (turn + 1) % managers.size();
            Manager manager = managers.get(turn);
            // Of those that are all full the best one, so that the refusal is a manager's.
            if (manager.usable && (manager.left() == best || 2L * manager.left() >= best)) {
                return manager.instanceId;
            }
        }
        return null;
    }

    public void sent(String instanceId, int requests) {
        Manager manager = find(instanceId);
        if (manager != null) {
            manager.unanswered += requests;
        }
    }

    /** However it ended. */
    public void ended(String instanceId, int requests) {
        Manager manager = find(instanceId);
        if (manager != null) {
            manager.unanswered = Math.max(0, manager.unanswered - requests);
        }
    }

    /** Nobody listened at its address: it is not chosen until it is heard again. */
    public void notThere(String instanceId) {
        Manager manager = find(instanceId);
        if (manager != null) {
            manager.usable = false;
        }
    }

    /** Takes out those that have been silent for too long, and names them. */
    public List<String> takeSilent(long now) {
        List<String> silent = new ArrayList<>();
        managers.removeIf(manager -> {
            boolean isSilent = now - manager.heardAt > silence;
            if (isSilent) {
                silent.add(manager.instanceId);
            }
            return isSilent;
        });
        return silent;
    }

    /** How many are heard. */
    public int size() {
        return managers.size();
    }

    /** Who is heard, serving or not. */
    public List<String> instances() {
        return managers.stream().map(manager -> manager.instanceId).toList();
    }

    private @Nullable Manager find(String instanceId) {
        for (int i = 0; i < managers.size(); i++) {
            Manager manager = managers.get(i);
            if (manager.instanceId.equals(instanceId)) {
                return manager;
            }
        }
        return null;
    }
}
