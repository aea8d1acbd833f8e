package io.pushmanager.core.link;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A node that keeps to docs/decisions/0008 and does no more: what a session at the manager is tested against. */
final class ModelNode {

    record Batch(long firstId, List<byte[]> pushes, long ackSeen) {}

    record Ack(long number, long consumedThrough, Map<Long, Integer> results) {}

    /** Every push that was ever taken, by its text, in order; those without a target left out. */
    final List<String> taken = new ArrayList<>();
    /** What was reported of it. */
    final Map<String, Integer> reported = new HashMap<>();

    final int windowPushes;
    final long windowBytes;

    private final Random random;
    private final List<Long> unreported = new ArrayList<>();
    private final Map<Long, String> texts = new HashMap<>();
    private final ArrayDeque<Ack> kept = new ArrayDeque<>();
    private final ArrayDeque<Integer> sizes = new ArrayDeque<>();
    private String session = "";
    private int sessions;
    private long received;
    private long consumed;
    private long ackNumber;
    private long bytesUnderWay;

    ModelNode(Random random, int windowPushes, long windowBytes) {
        this.random = random;
        this.windowPushes = windowPushes;
        this.windowBytes = windowBytes;
    }

    /** What goes down first after a hello; the welcome's figures are {@link #session} and {@link #received}. */
    List<Ack> hello(String named, long ackSeen) {
        if (session.isEmpty() || !named.equals(session)) {
            forget();
            sessions++;
            session = "s" + sessions;
        }
        seen(ackSeen);
        return List.copyOf(kept);
    }

    String session() {
        return session;
    }

    long received() {
        return received;
    }

    void forget() {
        session = "";
        received = 0;
        consumed = 0;
        ackNumber = 0;
        bytesUnderWay = 0;
        unreported.clear();
        texts.clear();
        kept.clear();
        sizes.clear();
    }

    void take(Batch batch) {
        if (batch.firstId() != received + 1) {
            throw new AssertionError("batch at " + batch.firstId() + " after " + received);
        }
        for (byte[] push : batch.pushes()) {
            received++;
            unreported.add(received);
            bytesUnderWay += push.length;
            sizes.addLast(push.length);
            String text = new String(push, java.nio.charset.StandardCharsets.UTF_8);
            if (!text.isEmpty()) {
                texts.put(received, text);
                taken.add(text);
            }
        }
        if (received - consumed > 1 && (received - consumed > windowPushes || bytesUnderWay > windowBytes)) {
            throw new AssertionError("more than the window: " + (received - consumed) + ", " + bytesUnderWay);
        }
        seen(batch.ackSeen());
    }

    /** Consumes some and reports some, in any order. */
    Ack acknowledge(boolean everything) {
        long through = everything ? received : consumed + random.nextInt((int) (received - consumed) + 1);
        while (consumed < through) {
            consumed++;
            bytesUnderWay -= sizes.removeFirst();
        }
        Map<Long, Integer> results = new HashMap<>();
        int count = everything ? unreported.size() : random.nextInt(unreported.size() + 1);
        for (int i = 0; i < count; i++) {
            long id = unreported.remove(random.nextInt(unreported.size()));
            int matched = random.nextInt(9);
            results.put(id, matched);
            String text = texts.remove(id);
            if (text != null) {
                reported.put(text, matched);
            }
        }
        ackNumber++;
        Ack ack = new Ack(ackNumber, consumed, results);
        kept.addLast(ack);
        return ack;
    }

    private void seen(long ackSeen) {
        kept.removeIf(ack -> ack.number() <= ackSeen);
    }
}
