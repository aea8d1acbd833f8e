package io.pushmanager.app;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * SIGTERM and SIGINT: the first asks for a drain, the second ends the process at once.
 *
 * <p>A shutdown hook cannot do this, because the JVM ignores further signals once its hooks run; {@code sun.misc.Signal} can.
 * It is reached by reflection, as javac warns of its very name. <b>Thread:</b> handlers run on the JVM's signal threads.
 */
final class StopSignals {

    /** What a shell reports for a process that an interrupt ended. */
    private static final int INTERRUPTED = 130;

    private final Runnable drain;
    private boolean asked;

    private StopSignals(Runnable drain) {
        this.drain = drain;
    }

    static void handle(Runnable drain) {
        StopSignals signals = new StopSignals(drain);
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Method handle = signal.getMethod("handle", signal, handler);
            Object proxy = Proxy.newProxyInstance(
                    StopSignals.class.getClassLoader(),
                    new Class<?>[] {handler},
                    (self, method, arguments) -> signals.invoke(self, method.getName(), arguments));
            for (String name : new String[] {"TERM", "INT"}) {
                handle.invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM has no signal handlers", e);
        }
    }

    private Object invoke(Object proxy, String method, Object[] arguments) {
        switch (method) {
            case "handle" -> received();
            case "equals" -> {
                return proxy == arguments[0];
            }
            case "hashCode" -> {
                return System.identityHashCode(proxy);
            }
            default -> {
                return "stop signals";
            }
        }
        return this; // handle() is void: the value is dropped
    }

    private synchronized void received() {
        if (asked) {
            Runtime.getRuntime().halt(INTERRUPTED);
        }
        asked = true;
        drain.run();
    }
}
