package io.pushmanager.chaos;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * One {@code Link} stream through a {@link MeddlingNode}: every frame arrives late and in order, until the stream breaks, with
 * what is on its way lost in both directions.
 *
 * <p><b>Thread:</b> frames are handed on by the timer's one thread.
 */
final class MeddlingLink {

    private final ScheduledExecutorService timer;
    private final IntSupplier delayMicros;
    private final BooleanSupplier breaksNow;
    private final StreamObserver<byte[]> manager;
    private final Way up = new Way();
    private final Way down = new Way();
    private StreamObserver<byte[]> node;
    private boolean broken;

    /** @param breaksNow asked for each frame on the timer's thread */
    MeddlingLink(
            ScheduledExecutorService timer,
            IntSupplier delayMicros,
            BooleanSupplier breaksNow,
            StreamObserver<byte[]> manager) {
        this.timer = timer;
        this.delayMicros = delayMicros;
        this.breaksNow = breaksNow;
        this.manager = manager;
    }

    /** What comes from the manager. */
    StreamObserver<byte[]> up(StreamObserver<byte[]> toNode) {
        node = toNode;
        return up.to(toNode);
    }

    /** What comes from the node. */
    StreamObserver<byte[]> down() {
        return down.to(manager);
    }

    private void breakBoth() {
        broken = true;
        manager.onError(Status.UNAVAILABLE.withDescription("broken on purpose").asRuntimeException());
        ((ClientCallStreamObserver<byte[]>) node).cancel("broken on purpose", null);
    }

    private final class Way {
        private final Queue<Runnable> steps = new ConcurrentLinkedQueue<>();
        private long lastNanos = System.nanoTime();

        StreamObserver<byte[]> to(StreamObserver<byte[]> target) {
            return new StreamObserver<>() {
                @Override
                public void onNext(byte[] frame) {
                    later(() -> {
                        if (breaksNow.getAsBoolean()) {
                            breakBoth();
                        } else {
                            target.onNext(frame);
                        }
                    });
                }

                @Override
                public void onError(Throwable failure) {
                    later(() -> {
                        broken = true;
                        target.onError(failure);
                    });
                }

                @Override
                public void onCompleted() {
                    later(target::onCompleted);
                }
            };
        }

        /** The timer says when, the queue says what: two tasks that are due together may run in either order. */
        private synchronized void later(Runnable step) {
            long now = System.nanoTime();
            lastNanos = Math.max(lastNanos, now + TimeUnit.MICROSECONDS.toNanos(delayMicros.getAsInt()));
            steps.add(step);
            timer.schedule(this::next, lastNanos - now, TimeUnit.NANOSECONDS);
        }

        private void next() {
            Runnable step = steps.remove();
            if (!broken) {
                step.run();
            }
        }
    }
}
