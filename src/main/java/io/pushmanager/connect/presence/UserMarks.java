package io.pushmanager.connect.presence;

import io.pushmanager.connect.hub.NodeCensus;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Users that have changed since somebody looked. All that a join costs is an entry here, and every so often a wake-up.
 *
 * <p><b>Bound:</b> {@code max} users; one more is an overflow, which counts as everybody. Nothing while nobody wants to know.
 * <b>Thread:</b> any; the wake-up is called on the thread that made the first mark.
 */
final class UserMarks implements NodeCensus.UserListener {

    /** What was marked. */
    record Taken(List<String> users, boolean overflowed) {}

    private final int max;
    private final Runnable wakeUp;
    private final Set<String> marked = ConcurrentHashMap.newKeySet();
    private final Queue<String> order =
            new ConcurrentLinkedQueue<>(); // going through a set costs all that it ever held
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicBoolean awake = new AtomicBoolean();
    private volatile boolean overflowed;
    private volatile boolean wanted;

    UserMarks(int max, Runnable wakeUp) {
        this.max = max;
        this.wakeUp = wakeUp;
    }

    /** Whether anybody asks. What changes before is not marked. */
    void wanted(boolean isWanted) {
        wanted = isWanted;
    }

    @Override
    public void userChanged(String userId) {
        if (!wanted) {
            return;
        }
        if (size.get() >= max) {
            overflowed = true;
        } else if (marked.add(userId)) {
            size.incrementAndGet();
            order.add(userId);
        }
        if (!awake.get() && awake.compareAndSet(false, true)) {
            wakeUp.run();
        }
    }

    /** Takes what is marked by now, in order. A mark that comes meanwhile is taken now, or wakes up again. */
    Taken take() {
        awake.set(false);
        boolean tooMany = overflowed;
        overflowed = false;
        List<String> users = new ArrayList<>();
        // No more than there were: what comes from here on wakes up again.
        for (int left = size.get(); left > 0; left--) {
            String user = order.poll();
            if (user == null) {
                break; // counted, and about to come: it wakes up
            }
            marked.remove(user); // before it is told: a change from here on is a mark of its own
            size.decrementAndGet();
            users.add(user);
        }
        return new Taken(users, tooMany);
    }
}
