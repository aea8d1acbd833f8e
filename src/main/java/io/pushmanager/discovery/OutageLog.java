package io.pushmanager.discovery;

import io.pushmanager.core.time.Clocks;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that etcd is away and that it is back, once for all who notice.
 *
 * <p><b>Bound:</b> one line a minute while it is away, one when it is back. <b>Thread:</b> any.
 */
final class OutageLog {

    private static final Logger log = LoggerFactory.getLogger(OutageLog.class);
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final String etcd;
    private final Clocks clocks;
    // guarded by this
    private boolean everTold;
    private boolean toldAway;
    private long toldAtNanos;
    private int untold;

    OutageLog(String etcd, Clocks clocks) {
        this.etcd = etcd;
        this.clocks = clocks;
    }

    synchronized void failed(String what, String why) {
        long now = clocks.nanoTime();
        if (everTold && now - toldAtNanos < QUIET_NANOS) {
            untold++;
            return;
        }
        log.warn(
                "{} does not answer ({}: {}){}; asking again",
                etcd,
                what,
                LogText.safe(why),
                untold == 0 ? "" : ", " + untold + " more failures since the last line");
        everTold = true;
        toldAway = true;
        toldAtNanos = now;
        untold = 0;
    }

    synchronized void succeeded() {
        if (toldAway) {
            toldAway = false;
            log.info("{} answers", etcd);
        }
    }
}
