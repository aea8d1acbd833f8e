package io.pushmanager.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.Closeable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class OpenFilesTest {

    private static final Offset<Long> WHAT_OTHERS_OPEN = Offset.offset(50L);

    private final UnixOperatingSystemMXBean system =
            (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void countsWhatWasOpenedSince(@TempDir Path folder) throws IOException {
        OpenFiles files = new OpenFiles(system);
        long before = files.count();
        Path file = Files.writeString(folder.resolve("file"), "x");
        List<Closeable> opened = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                opened.add(Files.newInputStream(file));
            }
            assertThat(files.count()).isCloseTo(before + 300, WHAT_OTHERS_OPEN);
            assertThat(files.count()).isCloseTo(system.getOpenFileDescriptorCount(), WHAT_OTHERS_OPEN);
        } finally {
            for (Closeable one : opened) {
                one.close();
            }
        }
        assertThat(files.count()).isCloseTo(before, WHAT_OTHERS_OPEN);
    }
}
