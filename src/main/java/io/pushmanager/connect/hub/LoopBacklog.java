package io.pushmanager.connect.hub;

import io.netty.buffer.ByteBuf;
import io.pushmanager.connect.socket.ClientSocket;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.output.Dispatch;
import io.pushmanager.core.output.FrameEnd;
import io.pushmanager.core.output.OutputQueue;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Meters;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The sockets of one event loop that do not take their bytes, and the pushes whose callers wait to hear what became of them there.
 *
 * <p><b>Bound:</b> the sockets; a report waits for {@code node.push.report-within} at most, and the inbox bounds how many do.
 * <b>Time:</b> looked at every {@value #TICK_MILLIS} ms while there is any, by a timer that runs only then. <b>Thread:</b> confined to its
 * event loop.
 */
final class LoopBacklog implements Dispatch.Listener {

    private static final long TICK_MILLIS = 50;

    private record OpenReport(Promise<DeliveryCounts> promise, long dueNanos) {}

    private final Context context;
    private final Clocks clocks;
    private final Meters meters;
    private final long reportNanos;
    private final Set<ClientSocket> slow = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<Dispatch, OpenReport> reports = new LinkedHashMap<>(); // in the order in which they are due
    private boolean ticking;

    // read by metrics, on any thread
    private volatile int slowCount;

    LoopBacklog(Context context, long reportNanos, Clocks clocks, Meters meters) {
        this.context = context;
        this.reportNanos = reportNanos;
        this.clocks = clocks;
        this.meters = meters;
    }

    void add(ClientSocket socket) {
        slow.add(socket);
        slowCount = slow.size();
        tickSoon();
    }

    void remove(ClientSocket socket) {
        slow.remove(socket);
        slowCount = slow.size();
    }

    /** <b>Thread:</b> any. */
    int slowCount() {
        return slowCount;
    }

    /** Completes with the counts of the push when nothing of it waits, or when its time for that is over. */
    Future<DeliveryCounts> report(Dispatch push) {
        Promise<DeliveryCounts> promise = Promise.promise();
        reports.put(push, new OpenReport(promise, clocks.nanoTime() + reportNanos));
        push.tellWhenComplete();
        tickSoon();
        return promise.future();
    }

    @Override
    public void ended(FrameEnd end, long frames) {
        switch (end) {
            case WRITTEN -> meters.framesWritten(frames);
            case DROPPED_SLOW -> meters.framesDropped("slow_consumer", frames);
            case EXPIRED -> meters.framesDropped("expired", frames);
            case CONFLATED -> meters.framesDropped("conflated", frames);
        }
    }

    @Override
    public void complete(Dispatch push) {
        OpenReport report = reports.remove(push);
        if (report != null) {
            report.promise().complete(push.counts());
        }
    }

    /** Those for which most waits first. */
    List<SlowSocket> slowest(int most) {
        long now = clocks.nanoTime();
        List<SlowSocket> found = new ArrayList<>();
        for (ClientSocket socket : slow) {
            OutputQueue<ByteBuf> queue = socket.backlog();
            if (queue != null) {
                found.add(new SlowSocket(
                        socket.sessionId(),
                        socket.waitingBytes(),
                        queue.frames(),
                        queue.oldestNanos(now) / 1_000_000,
                        queue.dropped()));
            }
        }
        found.sort(Comparator.comparingLong(SlowSocket::waitingBytes).reversed());
        return found.size() <= most ? found : List.copyOf(found.subList(0, most));
    }

    /** The event loop goes: what is not known by now will not be. */
    void stop() {
        giveUpReports(Long.MAX_VALUE);
    }

    private void tickSoon() {
        if (!ticking) {
            ticking = true;
            // On the context first: what brings this about may come straight from Netty, where a timer would be any
            // loop's.
            context.runOnContext(here -> context.owner().setTimer(TICK_MILLIS, timer -> tick()));
        }
    }

    private void tick() {
        ticking = false;
        long now = clocks.nanoTime();
        for (ClientSocket socket : List.copyOf(slow)) { // one that is closed goes from the set
            socket.checkBacklog(now);
        }
        giveUpReports(now);
        if (!slow.isEmpty() || !reports.isEmpty()) {
            tickSoon();
        }
    }

    private void giveUpReports(long nowNanos) {
        Iterator<Map.Entry<Dispatch, OpenReport>> eldestFirst =
                reports.entrySet().iterator();
        while (eldestFirst.hasNext()) {
            Map.Entry<Dispatch, OpenReport> eldest = eldestFirst.next();
            if (nowNanos != Long.MAX_VALUE && eldest.getValue().dueNanos() - nowNanos > 0) {
                return;
            }
            eldestFirst.remove();
            eldest.getValue().promise().complete(eldest.getKey().counts());
        }
    }
}
