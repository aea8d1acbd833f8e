package io.pushmanager.connect.hub;

import io.pushmanager.wire.InterestHash;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What the event loops of the sockets tell the one that holds the managers' links: rooms and users that come and go, and questions
 * whether a client may be told that it joined.
 *
 * <p><b>Order:</b> that of each loop. A loop first tells what came and then looks at {@link #isLeased}; the taker first says {@link
 * #leaseUntil} and then takes what was told. So one of them knows of the other: either what came is taken before the lease is granted, or
 * the loop sees the lease and asks. <b>Bound:</b> connections and their rooms; what is told is taken at once. <b>Thread:</b> any, where
 * nothing else is said.
 */
public final class InterestFeed {

    /** Takes what was told. */
    public interface Taker {
        void roomCame(long hash);

        void roomWent(long hash);

        void userCame(long hash);

        void userWent(long hash);

        void asked(Question question);
    }

    /** Asked by an event loop: may it be told that something joined which has come by now? */
    public interface Question {
        Context loop();

        /** Yes. On {@link #loop}. */
        void answered();
    }

    private enum Kind {
        ROOM_CAME,
        ROOM_WENT,
        USER_CAME,
        USER_WENT,
        ASKED
    }

    private record Told(Kind kind, long hash, @Nullable Question question) {}

    /** No lease ever; the time itself is not looked at. */
    private static final long NEVER = Long.MIN_VALUE;

    private final boolean on;
    private final ConcurrentLinkedQueue<Told> told = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean awake = new AtomicBoolean();
    private final AtomicInteger held = new AtomicInteger();
    private volatile Runnable wakeUp = InterestFeed::nobodyTakes;
    private volatile long leasedUntilNanos = NEVER;
    private volatile boolean closed;

    private InterestFeed(boolean on) {
        this.on = on;
    }

    public static InterestFeed on() {
        return new InterestFeed(true);
    }

    /** Of a node whose managers are not told of its rooms and users. Takes nothing. */
    public static InterestFeed off() {
        return new InterestFeed(false);
    }

    public boolean isOn() {
        return on;
    }

    // --- the loops of the sockets

    public void roomCame(String roomId) {
        tell(Kind.ROOM_CAME, InterestHash.of(roomId));
    }

    void roomWent(String roomId) {
        tell(Kind.ROOM_WENT, InterestHash.of(roomId));
    }

    public void userCame(String userId) {
        tell(Kind.USER_CAME, InterestHash.of(userId));
    }

    void userWent(String userId) {
        tell(Kind.USER_WENT, InterestHash.of(userId));
    }

    /** Whether any manager may rely on what it has been told. What came before this was looked at need not wait if not. */
    boolean isLeased(long nowNanos) {
        long until = leasedUntilNanos;
        return until != NEVER && until - nowNanos > 0;
    }

    void ask(Question question) {
        add(new Told(Kind.ASKED, 0, question));
    }

    void holds(int more) {
        held.addAndGet(more);
    }

    private void tell(Kind kind, long hash) {
        add(new Told(kind, hash, null));
    }

    private void add(Told one) {
        if (closed) {
            return;
        }
        told.add(one);
        if (!awake.get() && awake.compareAndSet(false, true)) {
            wakeUp.run();
        }
    }

    // --- the loop of the links

    /** @param wakeUp called on any thread when there is something to take, once until it is taken */
    public void open(Runnable wakeUp) {
        this.wakeUp = wakeUp;
        wakeUp.run(); // for what was told before
    }

    /** Nobody takes any more. */
    public void close() {
        closed = true;
        wakeUp = InterestFeed::nobodyTakes;
        told.clear();
    }

    /** Before {@link #take}, and before the lease is granted. It never becomes earlier. */
    public void leaseUntil(long nanos) {
        if (leasedUntilNanos == NEVER || nanos - leasedUntilNanos > 0) {
            leasedUntilNanos = nanos;
        }
    }

    /** Hands over all that was told by now. */
    public void take(Taker taker) {
        awake.set(false);
        for (Told one = told.poll(); one != null; one = told.poll()) {
            switch (one.kind()) {
                case ROOM_CAME -> taker.roomCame(one.hash());
                case ROOM_WENT -> taker.roomWent(one.hash());
                case USER_CAME -> taker.userCame(one.hash());
                case USER_WENT -> taker.userWent(one.hash());
                case ASKED -> {
                    if (one.question() != null) {
                        taker.asked(one.question());
                    }
                }
            }
        }
    }

    private static void nobodyTakes() {}

    /** One task for each event loop. */
    public void answer(List<Question> questions) {
        IdentityHashMap<Context, List<Question>> byLoop = new IdentityHashMap<>();
        for (Question question : questions) {
            byLoop.computeIfAbsent(question.loop(), loop -> new ArrayList<>()).add(question);
        }
        byLoop.forEach((loop, answered) -> loop.runOnContext(task -> answered.forEach(Question::answered)));
    }

    /** Answers to clients that wait. */
    public int held() {
        return held.get();
    }
}
