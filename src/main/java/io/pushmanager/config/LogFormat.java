package io.pushmanager.config;

/** How log lines look. */
public enum LogFormat {
    /** {@link #TEXT} on a terminal, {@link #JSON} elsewhere. */
    AUTO,
    /** A line for people. */
    TEXT,
    /** One JSON object a line. */
    JSON
}
