package io.pushmanager.directory;

import io.pushmanager.config.ConfigReader;
import java.time.Duration;

/** @param lookupTimeout for one question, whatever number of Controllers it takes */
public record DirectoryConfig(Duration lookupTimeout) {

    public static DirectoryConfig read(ConfigReader in) {
        return new DirectoryConfig(in.duration("routing.routed.lookup-timeout", "10ms", "30s", "1s"));
    }
}
