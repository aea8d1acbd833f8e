package io.pushmanager.core.link;

/** The peer broke the protocol; the stream is of no use any more. The message says how, without anything of a push. */
public final class LinkViolation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public LinkViolation(String message) {
        super(message, null, false, false); // where it was noticed says nothing about who did it
    }
}
