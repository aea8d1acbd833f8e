package io.pushmanager.core.presence;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which users a node has still to tell of on one stream: those that have changed, and during a snapshot all.
 *
 * <p>It holds no states: whoever takes a batch asks for the states as they are then, so that many changes of a user become
 * one.
 *
 * <p><b>Bound:</b> {@code maxMarks} changed users; with more, a snapshot is wanted instead. <b>Order:</b> first come, first
 * told; changes and the snapshot share each batch, so that neither starves. <b>Thread:</b> confined to one.
 * <b>Time:</b> none. <b>Source:</b> docs/decisions/0010-presence.md.
 */
public final class ReportQueue {

    /** Users to tell of next. */
    public record Batch(List<String> users, boolean snapshotBegins, boolean snapshotEnds) {}

    private final int maxBatch;
    private final int maxMarks;
    private final Set<String> marks = new LinkedHashSet<>();
    private List<String> snapshot = List.of();
    private int told;
    private boolean snapshotUnderWay;
    private boolean beginning;
    private boolean wantsSnapshot = true;

    public ReportQueue(int maxBatch, int maxMarks) {
        this.maxBatch = maxBatch;
        this.maxMarks = maxMarks;
    }

    /** Whether everything has to be told: at first, and after an overflow. {@link #snapshot} is to follow. */
    public boolean wantsSnapshot() {
        return wantsSnapshot;
    }

    /** @param users all there are now; whoever comes later is marked */
    public void snapshot(List<String> users) {
        snapshot = users;
        told = 0;
        snapshotUnderWay = true;
        beginning = true;
        wantsSnapshot = false;
        marks.clear(); // they are among the users, or to be told as gone by not being told
    }

    /** A user has changed. */
    public void mark(String userId) {
        if (wantsSnapshot) {
            return;
        }
        if (marks.size() >= maxMarks && !marks.contains(userId)) {
            overflow();
        } else {
            marks.add(userId);
        }
    }

    /** More users have changed than anybody counted. */
    public void overflow() {
        marks.clear();
        snapshot = List.of();
        snapshotUnderWay = false;
        wantsSnapshot = true;
    }

    public boolean isEmpty() {
        return marks.isEmpty() && !snapshotUnderWay;
    }

    /** Changed users that wait. */
    public int marked() {
        return marks.size();
    }

    /** Takes what is to be told next; only when not {@link #isEmpty}. */
    public Batch take() {
        int rest = snapshot.size() - told;
        int fromMarks = Math.min(marks.size(), Math.max(maxBatch / 2, maxBatch - rest));
        List<String> users = new ArrayList<>(Math.min(maxBatch, fromMarks + rest));
        Iterator<String> first = marks.iterator();
        for (int i = 0; i < fromMarks; i++) {
            users.add(first.next());
            first.remove();
        }
        while (users.size() < maxBatch && told < snapshot.size()) {
            users.add(snapshot.get(told++));
        }
        boolean begins = beginning;
        boolean ends = snapshotUnderWay && told == snapshot.size();
        beginning = false;
        if (ends) {
            snapshotUnderWay = false;
            snapshot = List.of();
            told = 0;
        }
        return new Batch(users, begins, ends);
    }
}
