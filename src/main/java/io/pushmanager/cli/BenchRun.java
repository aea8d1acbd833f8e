package io.pushmanager.cli;

import io.pushmanager.config.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * One run of {@code bench}: opens the connections, sends on schedule, waits for what is under way.
 *
 * <p><b>Thread:</b> main, which keeps the time. <b>Time:</b> an answer or a delivery that has not come when
 * {@link #PATIENCE_NANOS} have passed without another one counts as lost. <b>Failure:</b> {@link CommandFailure}.
 */
final class BenchRun {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long PROGRESS_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long LEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long OPEN_SECONDS = 300;

    private final BenchPlan plan;
    private final BenchTally tally;
    private final HostPort manager;
    private final ProgressLine progress;
    private final Vertx vertx = vertx();

    BenchRun(BenchPlan plan, HostPort manager, ProgressLine progress) {
        this.plan = plan;
        this.tally = new BenchTally(plan);
        this.manager = manager;
        this.progress = progress;
    }

    BenchResult run() {
        try {
            BenchSockets sockets = new BenchSockets(vertx, plan, tally);
            BenchSender sender = new BenchSender(vertx, manager, plan, tally);
            long begun = System.nanoTime();
            Future<Void> open = sockets.open();
            while (!open.isComplete() && System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(OPEN_SECONDS)) {
                progress.show("connecting", sockets.welcomed(), plan.connections(), "");
                LockSupport.parkNanos(PROGRESS_NANOS / 10);
            }
            await(open);
            double connectSeconds = (System.nanoTime() - begun) / 1e9;
            openSender(sender);
            send(sender);
            settle();
            sockets.leave();
            sender.end();
            return tally.result(connectSeconds);
        } finally {
            progress.clear();
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private void openSender(BenchSender sender) {
        try {
            await(sender.open());
        } catch (CommandFailure failure) {
            throw new CommandFailure(
                    ExitCode.UNREACHABLE, "No Push-Manager answers at " + manager + ": " + failure.text());
        }
    }

    private void send(BenchSender sender) {
        long startNanos = System.nanoTime() + LEAD_NANOS;
        long shownNanos = startNanos;
        int due = 0;
        while (due < plan.pushes()) {
            long now = System.nanoTime();
            long waitNanos = startNanos + plan.offsetNanos(due) - now;
            if (waitNanos > 0) {
                LockSupport.parkNanos(Math.min(waitNanos, PROGRESS_NANOS));
            } else {
                do {
                    due++;
                } while (due < plan.pushes() && startNanos + plan.offsetNanos(due) <= now);
                sender.advance(startNanos, due);
            }
            if (now - shownNanos > PROGRESS_NANOS) {
                shownNanos = now;
                progress.show("pushing", due, plan.pushes(), tally.received() + " deliveries");
            }
        }
    }

    /** Waits until everything has arrived, or nothing does any more. */
    private void settle() {
        long seen = -1;
        long movedNanos = System.nanoTime();
        while (tally.answered() < plan.pushes() || tally.received() < tally.expected()) {
            long now = System.nanoTime();
            long sum = tally.answered() + tally.received();
            if (sum != seen) {
                seen = sum;
                movedNanos = now;
            } else if (now - movedNanos > PATIENCE_NANOS) {
                return;
            }
            progress.show("waiting for", tally.received(), tally.expected(), "deliveries");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private static void await(Future<Void> future) {
        try {
            future.toCompletionStage().toCompletableFuture().get(ManagerClient.CONNECT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof CommandFailure expected
                    ? expected
                    : new CommandFailure(ExitCode.UNREACHABLE, Reason.of(e.getCause()));
        } catch (TimeoutException e) {
            throw new CommandFailure(ExitCode.UNREACHABLE, "timed out");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.FAILURE, "interrupted");
        }
    }

    private static Vertx vertx() {
        return Vertx.vertx(new VertxOptions()
                .setPreferNativeTransport(true)
                .setUseDaemonThread(true)
                .setAddressResolverOptions(new AddressResolverOptions()
                        .setQueryTimeout(ManagerClient.CONNECT_MILLIS)
                        .setMaxQueries(2))
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
    }
}
