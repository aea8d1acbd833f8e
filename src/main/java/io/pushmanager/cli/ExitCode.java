package io.pushmanager.cli;

/** What the process ends with; part of the outward contract. 130 is what the JVM ends with on Ctrl-C. */
public final class ExitCode {

    public static final int OK = 0;
    public static final int FAILURE = 1;
    /** Wrong usage or configuration. */
    public static final int USAGE = 2;
    /** The server cannot be reached, or does not answer. */
    public static final int UNREACHABLE = 3;
    /** The server refuses this caller. */
    public static final int DENIED = 4;
    /** Some of those that should have got it did not. */
    public static final int PARTLY_DELIVERED = 5;

    private ExitCode() {}
}
