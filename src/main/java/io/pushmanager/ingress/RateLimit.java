package io.pushmanager.ingress;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.pushmanager.core.time.Clocks;
import java.time.Duration;

/** How fast one caller may push. <b>Time:</b> ours, so that tests can turn it. */
final class RateLimit implements TimeMeter {

    private final Bandwidth bandwidth;
    private final Clocks clocks;
    private final long fullAfterNanos;

    RateLimit(int pushesPerSecond, int burst, Clocks clocks) {
        this.bandwidth = Bandwidth.builder()
                .capacity(burst)
                .refillGreedy(pushesPerSecond, Duration.ofSeconds(1))
                .build();
        this.clocks = clocks;
        this.fullAfterNanos = (long) (1e9 * burst / pushesPerSecond);
    }

    /** Of one more caller; full. */
    Bucket newBucket() {
        return Bucket.builder()
                .addLimit(bandwidth)
                .withCustomTimePrecision(this)
                .build();
    }

    /** A bucket that was left alone for so long is as good as a new one. */
    long fullAfterNanos() {
        return fullAfterNanos;
    }

    @Override
    public long currentTimeNanos() {
        return clocks.nanoTime();
    }

    @Override
    public boolean isWallClockBased() {
        return false;
    }
}
