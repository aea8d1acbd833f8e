package io.pushmanager.connect;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many connections this process can hold before it runs out of file descriptors. */
final class FileDescriptors {

    private static final int WITHOUT_LIMIT = 1_000_000;
    private static final int OWN_USE = 256; // jar, logs, event loops, links to managers, etcd, HTTP requests

    private FileDescriptors() {}

    /** The limit less what the process itself needs, which is more where there are more connections. Unknown limits count as none. */
    static int connectionsThatFit() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            return fitting(system.getMaxFileDescriptorCount());
        }
        return WITHOUT_LIMIT;
    }

    static int fitting(long limit) {
        if (limit <= 0) {
            return WITHOUT_LIMIT;
        }
        long fitting = Math.max(limit - Math.max(OWN_USE, limit / 25), limit / 4);
        return (int) Math.max(1, Math.min(fitting, WITHOUT_LIMIT));
    }
}
