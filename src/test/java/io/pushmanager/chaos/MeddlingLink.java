package io.pushmanager.chaos;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.pushmanager.proto.pubsub.ManagerFrame;
import io.pushmanager.proto.pubsub.NodeFrame;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One {@code Link} stream through a {@link MeddlingNode}: every frame arrives late and in order. Either what it says is meddled
 * with, or the stream breaks, with what is on its way lost in both directions.
 *
 * <p><b>Thread:</b> frames are handed on by the timer's one thread.
 */
final class MeddlingLink {

    private final ScheduledExecutorService timer;
    private final IntSupplier delayMicros;
    private final BooleanSupplier breaksNow;
    private final @Nullable LinkMeddling meddler;
    private final StreamObserver<byte[]> manager;
    private final Way up = new Way();
    private final Way down = new Way();
    private final LinkMeddling.Ends ends = new OwnEnds();
    private StreamObserver<byte[]> node;
    private boolean broken;

    private MeddlingLink(
            ScheduledExecutorService timer,
            IntSupplier delayMicros,
            BooleanSupplier breaksNow,
            @Nullable LinkMeddling meddler,
            StreamObserver<byte[]> manager) {
        this.timer = timer;
        this.delayMicros = delayMicros;
        this.breaksNow = breaksNow;
        this.meddler = meddler;
        this.manager = manager;
    }

    static MeddlingLink meddling(
            ScheduledExecutorService timer,
            IntSupplier delayMicros,
            LinkMeddling meddler,
            StreamObserver<byte[]> manager) {
        return new MeddlingLink(timer, delayMicros, () -> false, meddler, manager);
    }

    /** @param breaksNow asked for each frame on the timer's thread */
    static MeddlingLink breaking(
            ScheduledExecutorService timer,
            IntSupplier delayMicros,
            BooleanSupplier breaksNow,
            StreamObserver<byte[]> manager) {
        return new MeddlingLink(timer, delayMicros, breaksNow, null, manager);
    }

    /** What comes from the manager. */
    StreamObserver<byte[]> up(StreamObserver<byte[]> toNode) {
        node = toNode;
        return up.to(toNode, this::toNode);
    }

    /** What comes from the node. */
    StreamObserver<byte[]> down() {
        return down.to(manager, this::toManager);
    }

    private void toNode(byte[] frame) throws InvalidProtocolBufferException {
        if (meddler == null) {
            node.onNext(frame);
        } else {
            meddler.fromManager(ManagerFrame.parseFrom(frame), ends);
        }
    }

    private void toManager(byte[] frame) throws InvalidProtocolBufferException {
        if (meddler == null) {
            manager.onNext(frame);
        } else {
            meddler.fromNode(NodeFrame.parseFrom(frame), ends);
        }
    }

    private void breakBoth() {
        broken = true;
        manager.onError(Status.UNAVAILABLE.withDescription("broken on purpose").asRuntimeException());
        ((ClientCallStreamObserver<byte[]>) node).cancel("broken on purpose", null);
    }

    private final class OwnEnds implements LinkMeddling.Ends {

        @Override
        public void toNode(ManagerFrame frame) {
            if (!broken) {
                node.onNext(frame.toByteArray());
            }
        }

        @Override
        public void toManager(NodeFrame frame) {
            if (!broken) {
                manager.onNext(frame.toByteArray());
            }
        }
    }

    @FunctionalInterface
    private interface Frames {
        void handOn(byte[] frame) throws InvalidProtocolBufferException;
    }

    private final class Way {
        private final Queue<Runnable> steps = new ConcurrentLinkedQueue<>();
        private long lastNanos = System.nanoTime();

        StreamObserver<byte[]> to(StreamObserver<byte[]> target, Frames frames) {
            return new StreamObserver<>() {
                @Override
                public void onNext(byte[] frame) {
                    later(() -> {
                        if (breaksNow.getAsBoolean()) {
                            breakBoth();
                            return;
                        }
                        try {
                            frames.handOn(frame);
                        } catch (InvalidProtocolBufferException e) {
                            breakBoth();
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
