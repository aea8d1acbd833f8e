package io.pushmanager.connect.hub;

import io.pushmanager.core.message.Priority;
import io.pushmanager.core.output.PriorityTurns;
import io.vertx.core.Context;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Batches of pushes that wait for their turn on one event loop, each of one priority. A HIGH one overtakes the others that wait, and the
 * rest of the one that is being delivered; LOW waits for the others, but not for ever.
 *
 * <p><b>Order:</b> within a priority that of {@link #add}. <b>Bound:</b> none of its own. <b>Thread:</b> {@link #add} any; batches are
 * delivered on the event loop, one task for each, so that whatever else the loop has to do comes in between.
 */
final class LoopLanes {

    /** One batch at this event loop. */
    private static final class Job {

        private final PushBatch batch;
        private final Tally tally;
        private final int loop;
        private final HubAnswer[] answers;
        private int done; // event loop only

        Job(PushBatch batch, Tally tally, int loop) {
            this.batch = batch;
            this.tally = tally;
            this.loop = loop;
            this.answers = new HubAnswer[batch.size()];
        }

        boolean isDone() {
            return done == answers.length;
        }
    }

    private final Context context;
    private final PushDesk desk;
    private final Queue<Job> high = new ConcurrentLinkedQueue<>();
    private final Queue<Job> normal = new ConcurrentLinkedQueue<>();
    private final Queue<Job> low = new ConcurrentLinkedQueue<>();
    private final AtomicInteger special = new AtomicInteger(); // jobs that are not NORMAL
    private final PriorityTurns turns = new PriorityTurns(); // event loop only

    LoopLanes(Context context, PushDesk desk) {
        this.context = context;
        this.desk = desk;
    }

    /** @param loop by which it is reported */
    void add(PushBatch batch, Tally tally, int loop) {
        Job job = new Job(batch, tally, loop);
        if (batch.priority() == Priority.NORMAL) {
            normal.add(job);
        } else {
            lane(batch.priority()).add(job);
            special.incrementAndGet(); // after it can be found
        }
        context.runOnContext(turn -> finishOne());
    }

    /** Delivers until one batch is done. There are as many turns as batches. */
    private void finishOne() {
        Queue<Job> lane = normal;
        Job job;
        do {
            if (special.get() > 0) {
                Priority turn = turns.next(!high.isEmpty(), !normal.isEmpty(), !low.isEmpty());
                lane = lane(turn == null ? Priority.NORMAL : turn);
            } else {
                lane = normal;
            }
            job = lane.peek();
            if (job == null) {
                return; // cannot be: this turn is one batch's
            }
            if (!job.isDone()) {
                job.answers[job.done] = desk.deliver(job.batch, job.done);
                job.done++;
            }
        } while (!job.isDone());
        Objects.requireNonNull(lane.poll());
        if (lane != normal) {
            special.decrementAndGet();
        }
        desk.delivered(job.batch);
        job.tally.report(job.loop, job.answers);
    }

    private Queue<Job> lane(Priority priority) {
        return switch (priority) {
            case HIGH -> high;
            case NORMAL -> normal;
            case LOW -> low;
        };
    }
}
