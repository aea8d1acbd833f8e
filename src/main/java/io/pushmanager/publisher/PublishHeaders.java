package io.pushmanager.publisher;

/** Headers of a request on {@code push.v1.publish}; all may be left out. */
final class PublishHeaders {

    /** How long the caller waits, in whole milliseconds. */
    static final String TIMEOUT = "timeout-ms";

    /** W3C trace context of the caller. */
    static final String TRACEPARENT = "traceparent";

    private PublishHeaders() {}
}
