package io.pushmanager.cli;

import io.pushmanager.core.text.Printable;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Why something could not be reached, in a few words instead of a class name. */
final class Reason {

    private Reason() {}

    static String of(@Nullable Throwable failure) {
        if (failure == null) {
            return "unknown";
        }
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof UnknownHostException) {
            return "unknown host";
        }
        if (failure instanceof TimeoutException || message.contains("timed out")) {
            return "timed out";
        }
        if (failure instanceof ConnectException && message.contains("refused")) {
            return "connection refused";
        }
        return Printable.escape(
                failure.getMessage() == null ? failure.getClass().getSimpleName() : message);
    }
}
