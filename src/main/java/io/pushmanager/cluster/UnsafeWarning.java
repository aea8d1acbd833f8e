package io.pushmanager.cluster;

import java.lang.reflect.Field;

/**
 * The warning of Java 24 and newer that somebody uses {@code sun.misc.Unsafe}: the cluster's engine does, and who runs a
 * Push-Manager can do nothing about it.
 *
 * <p>The JVM gives it once and remembers in a field that it has; neither a manifest nor a property can turn it off, only an
 * option of the command line, which {@code java -jar} has not. A whole JVM is silenced by this, so it is for our own server
 * only, never for an application that joins.
 *
 * <p><b>Failure:</b> ignored; then the warning is printed, and nothing else is different. Where Java gives none there is no
 * such field.
 */
final class UnsafeWarning {

    private UnsafeWarning() {}

    /** Before the engine is touched. <b>Thread:</b> any. */
    static void silence() {
        try {
            Field warned = Class.forName("sun.misc.Unsafe").getDeclaredField("memoryAccessWarned");
            warned.setAccessible(true);
            warned.setBoolean(null, true);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return;
        }
    }
}
