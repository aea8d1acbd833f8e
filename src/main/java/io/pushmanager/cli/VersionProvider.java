package io.pushmanager.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the jar. */
public final class VersionProvider implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {RootCommand.NAME + " " + version()};
    }

    /** Such as {@code 0.1.0}; {@code unknown} when the resource is not there. */
    public static String version() {
        Properties build = new Properties();
        try (InputStream in = VersionProvider.class.getResourceAsStream("/build.properties")) {
            if (in != null) {
                build.load(in);
            }
        } catch (IOException e) {
            return "unknown";
        }
        return build.getProperty("version", "unknown");
    }
}
