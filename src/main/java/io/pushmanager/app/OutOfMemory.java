package io.pushmanager.app;

import io.pushmanager.telemetry.Logging;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Ends the process, for its supervisor to start another one, when memory could not be had.
 *
 * <p>Whatever an OutOfMemoryError interrupts is left half done: a push without an outcome, a socket without its frame. Nobody can
 * know which, so no drain and no hook runs. {@code java -jar} can be given no option from within the jar, and libraries catch
 * what their tasks throw; they log it, though, and so the log is where it is seen. <b>Source:</b> docs/decisions/0015.
 */
final class OutOfMemory {

    private static final int FAILURE = 1;
    private static final int DEEPEST = 16;

    /** Given back first, so that the last words can be said. */
    @SuppressWarnings("UnusedVariable") // being there is its use
    private static byte @Nullable [] reserve;

    private OutOfMemory() {}

    /** From now on. Once. */
    static void endsTheProcess() {
        reserve = new byte[1 << 20];
        Logging.watchThrowables(OutOfMemory::endIfItIs);
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            endIfItIs(failure);
            LoggerFactory.getLogger(OutOfMemory.class).error("thread {} ended", thread.getName(), failure);
        });
    }

    private static void endIfItIs(Throwable seen) {
        Throwable cause = seen;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
            if (cause instanceof OutOfMemoryError) {
                end(String.valueOf(cause.getMessage()));
            }
            cause = cause.getCause();
        }
    }

    static void end(String why) {
        reserve = null;
        try {
            System.err.println("push-manager: out of memory, ending at once: " + why);
        } finally {
            Runtime.getRuntime().halt(FAILURE);
        }
    }
}
