package io.pushmanager.core.message;

/** Which pushes go first where several wait. One that is read from outside and not known is {@link #NORMAL}. */
public enum Priority {
    NORMAL,
    /** Overtakes what waits for other targets with less. */
    HIGH,
    /** Waits for the others, but not for ever. */
    LOW
}
