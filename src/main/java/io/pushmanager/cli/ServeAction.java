package io.pushmanager.cli;

/** What {@code serve} does; app brings it, because only app knows every part. */
@FunctionalInterface
public interface ServeAction {

    /**
     * Runs the process until it has stopped.
     *
     * @return the exit code
     * @throws Exception ends the process with exit code 2 for a ConfigException, and 1 otherwise
     */
    int serve(ServeOptions options) throws Exception;
}
