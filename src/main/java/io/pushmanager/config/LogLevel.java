package io.pushmanager.config;

/** The least severe lines of our own that are logged; libraries log from WARN on, whatever this says. */
public enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
}
