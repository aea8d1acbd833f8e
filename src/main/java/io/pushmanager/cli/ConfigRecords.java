package io.pushmanager.cli;

import io.pushmanager.config.ConfigReader;
import io.pushmanager.config.Role;
import java.util.Set;

/** Reads every record of every role, so that every known key gets known and every wrong value told; app brings it. */
@FunctionalInterface
public interface ConfigRecords {
    void readAll(ConfigReader in, Set<Role> roles);
}
