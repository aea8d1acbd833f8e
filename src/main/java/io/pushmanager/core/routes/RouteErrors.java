package io.pushmanager.core.routes;

import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;

/** Every error of routed mode, in one place: the words are part of what callers may rely on. Each may be tried again. */
public final class RouteErrors {

    public static final String CONTROLLER_AWAY = "CONTROLLER_AWAY";
    public static final String TOO_MANY_LOOKUPS = "TOO_MANY_LOOKUPS";
    public static final String NODE_UNKNOWN = "NODE_UNKNOWN";

    private static final long SOON_MILLIS = 200;
    private static final long LATER_MILLIS = 1_000;

    private RouteErrors() {}

    static PushError controllerAway(String why) {
        return PushError.retryable(
                ErrorCode.UNAVAILABLE,
                CONTROLLER_AWAY,
                "no Controller says at which nodes the target is: " + why,
                LATER_MILLIS);
    }

    static PushError tooManyLookups(int limit) {
        return PushError.retryable(
                ErrorCode.RESOURCE_EXHAUSTED,
                TOO_MANY_LOOKUPS,
                limit + " pushes, or their bytes, are waiting for a Controller to say where they go",
                SOON_MILLIS);
    }

    static PushError nodeUnknown(int nodes) {
        return PushError.retryable(
                ErrorCode.UNAVAILABLE,
                NODE_UNKNOWN,
                "the target is at " + nodes + " nodes that this manager does not know yet",
                SOON_MILLIS);
    }
}
