package io.pushmanager.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * A Java agent that takes memory away from the process that it sits in: as many MiB as a file says, or {@code all}.
 *
 * <p>It makes garbage meanwhile, so that collections happen, and never lets an OutOfMemoryError of its own out: what the process
 * makes of its own ones is what tests are after.
 */
public final class MemoryHog implements Runnable {

    private static final int CHUNK = 128 * 1024;
    private static final int CHUNKS_PER_MIB = 8;
    private static final long PAUSE_NANOS = 2_000_000;

    private final Path order;
    private final List<byte[]> held = new ArrayList<>(100_000);
    private byte[] garbage = {};

    private MemoryHog(Path order) {
        this.order = order;
    }

    /** For the JVM. */
    public static void premain(String order) {
        Thread thread = new Thread(new MemoryHog(Path.of(order)), "memory-hog");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        String wanted = "0";
        while (true) {
            try {
                wanted = Files.readString(order).trim();
                garbage = new byte[CHUNK * 4];
                obey(wanted);
            } catch (OutOfMemoryError | IOException e) {
                continue; // and at once again: it leaves nobody anything
            }
            LockSupport.parkNanos(wanted.equals("all") ? 1 : PAUSE_NANOS);
        }
    }

    private void obey(String wanted) {
        if (wanted.equals("all")) {
            int size = CHUNK;
            while (size >= 64) {
                try {
                    held.add(new byte[size]);
                } catch (OutOfMemoryError smallerThen) {
                    size /= 2;
                }
            }
            return;
        }
        int chunks = wanted.isEmpty() ? 0 : Integer.parseInt(wanted) * CHUNKS_PER_MIB;
        while (held.size() > chunks) {
            held.remove(held.size() - 1);
        }
        while (held.size() < chunks) {
            held.add(new byte[CHUNK]);
        }
    }

    /** How much garbage it made last; keeps the compiler from leaving it out. */
    int lastGarbage() {
        return garbage.length;
    }

    /** The agent as a jar, in this folder. */
    public static Path jar(Path folder) {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", MemoryHog.class.getName());
        String entry = MemoryHog.class.getName().replace('.', '/') + ".class";
        try {
            Path jar = folder.resolve("memory-hog.jar");
            try (OutputStream file = Files.newOutputStream(jar);
                    JarOutputStream out = new JarOutputStream(file, manifest);
                    InputStream code = MemoryHog.class.getClassLoader().getResourceAsStream(entry)) {
                out.putNextEntry(new JarEntry(entry));
                code.transferTo(out);
                out.closeEntry();
            }
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
