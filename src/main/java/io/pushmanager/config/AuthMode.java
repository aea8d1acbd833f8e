package io.pushmanager.config;

/** How callers and clients prove who they are. */
public enum AuthMode {
    /** Not at all: whoever reaches a port is trusted. */
    NONE
}
