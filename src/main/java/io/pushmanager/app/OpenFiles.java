package io.pushmanager.app;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How many file descriptors this process has open. Linux tells since 6.2, as the size of a folder; otherwise they are counted, which
 * costs the more the more there are.
 *
 * <p><b>Thread:</b> any.
 */
final class OpenFiles {

    private static final Path FOLDER = Path.of("/proc/self/fd");
    private static final int OPENED_MEANWHILE = 64;

    private final UnixOperatingSystemMXBean system;
    private final boolean isTold;

    OpenFiles(UnixOperatingSystemMXBean system) {
        this.system = system;
        // A folder's size may be anything elsewhere.
        this.isTold = Math.abs(told() - system.getOpenFileDescriptorCount()) < OPENED_MEANWHILE;
    }

    /** Negative when it is not known. */
    long count() {
        long told = isTold ? told() : 0;
        return told > 0 ? told : system.getOpenFileDescriptorCount();
    }

    private static long told() {
        try {
            return Files.size(FOLDER);
        } catch (IOException e) {
            return 0; // not Linux
        }
    }
}
