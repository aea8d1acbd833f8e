package io.pushmanager.ingress;

/** Pushes and bytes in one number, so that one atomic step changes both. */
final class Load {

    private static final int BYTE_BITS = 42; // 4 TiB, and two million pushes
    private static final long ALL_BYTES = (1L << BYTE_BITS) - 1;

    private Load() {}

    /** One push of so many bytes. */
    static long push(int bytes) {
        return (1L << BYTE_BITS) + bytes;
    }

    static int pushes(long load) {
        return (int) (load >>> BYTE_BITS);
    }

    static long bytes(long load) {
        return load & ALL_BYTES;
    }
}
