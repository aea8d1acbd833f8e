package io.pushmanager.connect.presence;

import io.pushmanager.core.presence.ReportQueue;
import io.pushmanager.core.presence.ReportQueue.Batch;
import io.pushmanager.core.presence.UserReport;
import io.pushmanager.proto.pubsub.PresenceUpdate;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Tells one Controller of the users of this node, and of each change: as much at once as the Controller's window allows, the
 * rest when it has acknowledged.
 *
 * <p><b>Order:</b> the event loops are asked one batch at a time, so that no state is followed by an older one. <b>Bound:</b>
 * {@value #BATCH_USERS} users asked for at once, {@value #UPDATE_BYTES} bytes an update (or one user), the window unacknowledged,
 * the marks of {@link ReportQueue}. <b>Thread:</b> the reporter's event loop. <b>Failure:</b> told to the link, which ends.
 */
final class ReportSender {

    static final int BATCH_USERS = 500;
    static final int UPDATE_BYTES = 256 * 1024;

    /** Where updates go. */
    interface Line {

        /** Whether there is room for another. */
        boolean isWritable();

        void write(PresenceUpdate update);

        void broken(String why);
    }

    private final ReportQueue queue;
    private final long epoch;
    private final int window;
    private final Line line;
    private final Supplier<List<String>> allUsers;
    private final Function<List<String>, Future<List<UserReport>>> states;
    private final Runnable onSnapshot;

    /** Asked for and not yet sent. */
    private final Deque<UserReport> known = new ArrayDeque<>();

    private boolean begins;
    private boolean ends;
    private boolean asking;
    private boolean owed;
    private boolean stopped;
    private long sent;
    private long acknowledged;

    /**
     * @param window updates that may be unacknowledged
     * @param states completes on the reporter's event loop
     * @param onSnapshot told of each that begins
     */
    ReportSender(
            ReportQueue queue,
            long epoch,
            int window,
            Line line,
            Supplier<List<String>> allUsers,
            Function<List<String>, Future<List<UserReport>>> states,
            Runnable onSnapshot) {
        this.queue = queue;
        this.epoch = epoch;
        this.window = Math.max(1, window);
        this.line = line;
        this.allUsers = allUsers;
        this.states = states;
        this.onSnapshot = onSnapshot;
    }

    void changed(UserMarks.Taken marks) {
        if (marks.overflowed()) {
            queue.overflow();
        }
        marks.users().forEach(queue::mark);
        pump();
    }

    void acknowledged(long version) {
        if (version <= acknowledged || version > sent) {
            line.broken("acknowledged " + version + " of " + sent + ", after " + acknowledged);
            return;
        }
        acknowledged = version;
        pump();
    }

    void stop() {
        stopped = true;
    }

    /** Everything told and acknowledged. */
    boolean isIdle() {
        return acknowledged == sent && !owed && !asking && queue.isEmpty() && !queue.wantsSnapshot();
    }

    /** Changed users that wait. */
    int waiting() {
        return queue.marked() + known.size();
    }

    void pump() {
        while (!stopped && sent - acknowledged < window && line.isWritable()) {
            if (owed) {
                send();
            } else if (asking || !ask()) {
                return;
            }
        }
    }

    private boolean ask() {
        if (queue.wantsSnapshot()) {
            queue.snapshot(allUsers.get());
            onSnapshot.run();
        }
        if (queue.isEmpty()) {
            return false;
        }
        Batch batch = queue.take();
        asking = true;
        states.apply(batch.users())
                .onSuccess(told -> {
                    asking = false;
                    owed = true;
                    known.addAll(told);
                    begins = batch.snapshotBegins();
                    ends = batch.snapshotEnds();
                    pump();
                })
                .onFailure(failure -> line.broken("the users of this node cannot be asked: " + failure));
        return true;
    }

    /** As many as fit; the others in the next. */
    private void send() {
        PresenceUpdate.Builder update =
                PresenceUpdate.newBuilder().setVersion(++sent).setEpoch(epoch).setSnapshotBegins(begins);
        begins = false;
        int bytes = 0;
        while (!known.isEmpty() && bytes < UPDATE_BYTES) {
            bytes += ReportMapper.add(known.remove(), update);
        }
        if (known.isEmpty()) {
            owed = false;
            update.setSnapshotEnds(ends);
        }
        line.write(update.build());
    }
}
