package io.pushmanager.app;

import io.pushmanager.config.ConfigReader;

/**
 * When this process has had enough.
 *
 * @param memoryPercent of the heap that a garbage collection may leave in use; above it no new work is taken
 */
record StrainConfig(int memoryPercent) {

    static StrainConfig read(ConfigReader in) {
        return new StrainConfig(in.intInRange("memory.high-percent", 30, 99, 85));
    }
}
