package io.pushmanager.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Network namespaces with two networks each, one of which can be cut: as machines with a network for their work and one for
 * themselves. This machine, address 1, is in both. Needs root and {@code ip}.
 *
 * <p>Names and addresses hold this process's id, so that two runs do not meet. Use it from the test's own thread.
 */
public final class Namespaces implements AutoCloseable {

    private final String prefix = "p" + ProcessHandle.current().pid();
    private final long third = ProcessHandle.current().pid() % 250;
    private final List<List<String>> undo = new ArrayList<>();

    /** @param count of namespaces, numbered from 1 */
    public Namespaces(int count) {
        try {
            bridge("m", work(0));
            bridge("c", own(0));
            for (int i = 1; i <= count; i++) {
                ip("netns", "add", name(i));
                undo.add(List.of("netns", "del", name(i)));
                ip("-n", name(i), "link", "set", "lo", "up");
                connect("m", "eth0", i, work(i));
                connect("c", "eth1", i, own(i));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Whether they can be had here. */
    public static boolean available() {
        try {
            return run(List.of("id", "-u")).strip().equals("0")
                    && !run(List.of("ip", "-V")).isEmpty();
        } catch (RuntimeException e) {
            return false;
        }
    }

    public String name(int i) {
        return prefix + "n" + i;
    }

    /** Address in the network that stays; 0 is this machine. */
    public String work(int i) {
        return "10.77." + third + "." + (i + 1);
    }

    /** Address in the network that can be cut; 0 is this machine. */
    public String own(int i) {
        return "10.78." + third + "." + (i + 1);
    }

    /** From now on nothing goes to or from this one in the second network, and nobody is told. */
    public void cut(int i) {
        ip("link", "set", prefix + "c" + i, "nomaster");
    }

    public void mend(int i) {
        ip("link", "set", prefix + "c" + i, "master", prefix + "c0");
    }

    private void bridge(String network, String address) {
        String bridge = prefix + network + 0;
        ip("link", "add", bridge, "type", "bridge");
        undo.add(List.of("link", "del", bridge));
        ip("addr", "add", address + "/24", "dev", bridge);
        ip("link", "set", bridge, "up");
    }

    private void connect(String network, String inside, int i, String address) {
        String outside = prefix + network + i;
        ip("link", "add", outside, "type", "veth", "peer", "name", inside, "netns", name(i));
        undo.add(List.of("link", "del", outside));
        ip("link", "set", outside, "master", prefix + network + 0, "up");
        ip("-n", name(i), "addr", "add", address + "/24", "dev", inside);
        ip("-n", name(i), "link", "set", inside, "up");
    }

    private static void ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        run(command);
    }

    private static String run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + said);
            }
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        for (int i = undo.size() - 1; i >= 0; i--) {
            try {
                ip(undo.get(i).toArray(String[]::new));
            } catch (IllegalStateException gone) {
                continue; // with its other end
            }
        }
    }
}
