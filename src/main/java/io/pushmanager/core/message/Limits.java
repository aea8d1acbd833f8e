package io.pushmanager.core.message;

/** The limits of the outward contract. Every error that comes from one names the field and the limit. */
public final class Limits {

    public static final int MAX_CONTENT_BYTES = 256 * 1024;
    public static final int MAX_GRPC_MESSAGE_BYTES = 4 * 1024 * 1024;
    public static final int MAX_ID_BYTES = 256;
    public static final int MAX_METADATA_ENTRIES = 64;
    public static final int MAX_EXCLUDED_USERS = 1_000;

    private Limits() {}
}
