package io.pushmanager.discovery;

import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.pushmanager.config.Role;
import io.pushmanager.core.membership.KeyMirror;
import io.pushmanager.core.membership.KeyMirror.Change;
import io.pushmanager.core.membership.KeyMirror.ListResult;
import io.pushmanager.core.time.Clocks;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a copy of what etcd holds under one role's prefix, and tells every change of it.
 *
 * <pre>
 *   list at revision R ──▶ watch from R+1 ──(any end)──▶ list again, take the difference, watch anew
 *          ▲                                                            │
 *          └───────────── every resync interval, to be sure ────────────┘
 * </pre>
 *
 * <p><b>Bound:</b> changes that wait are one a key; they are told in slices, so that thousands at once do not hold the
 * loop. <b>Order:</b> none between keys. <b>Thread:</b> everything, the listener too, on the context that called
 * {@link #start}. <b>Time:</b> a frozen etcd is noticed after the call time-out. <b>Failure:</b> asked again, jittered, for ever.
 */
final class EtcdPrefixWatch {

    interface Listener {

        void changed(Change<EtcdEntry> change);

        /** The changes of the first list have all been told. */
        void listed();

        /** No list came for two resync intervals, or none could be had for some seconds. */
        void away();

        /** A list came again. */
        void back();
    }

    private static final long SLICE_NANOS = 5_000_000;
    private static final long TICK_MILLIS = 250;
    /** Where lists are rare, failing ones tell sooner that etcd is away than their absence. */
    private static final long LONGEST_FAILING_NANOS = 6_000_000_000L;

    private final Role role;
    private final EtcdAccess etcd;
    private final Vertx vertx;
    private final Listener listener;
    private final Clocks clocks;
    private final EtcdLister lister;
    private final EtcdClient client;
    private final RetryDelay retry = new RetryDelay(RandomGenerator.getDefault());
    private final KeyMirror<EtcdEntry> mirror = new KeyMirror<>();
    private final long awayAfterNanos;

    private @Nullable EtcdWatch watch;
    private boolean listing;
    private boolean telling;
    private boolean firstListTaken;
    private boolean firstListTold;
    private boolean away;
    private boolean stopped;
    private long listTimer = -1;
    private long tickTimer = -1;
    private long heardAtNanos;
    private long failingSinceNanos; // 0: it is not

    EtcdPrefixWatch(Role role, EtcdAccess etcd, Vertx vertx, Context context, Listener listener) {
        this.role = role;
        this.etcd = etcd;
        this.vertx = vertx;
        this.listener = listener;
        this.clocks = etcd.clocks();
        this.client = etcd.connect(context);
        this.lister = new EtcdLister(client, role);
        this.awayAfterNanos = 2 * etcd.config().resyncInterval().toNanos();
    }

    void start() {
        heardAtNanos = clocks.nanoTime();
        tickTimer = vertx.setPeriodic(TICK_MILLIS, tick -> noticeAbsence());
        list();
    }

    void stop() {
        stopped = true;
        vertx.cancelTimer(listTimer);
        vertx.cancelTimer(tickTimer);
        endWatch();
        client.close();
    }

    /** How long ago the last complete list came, or the start was. */
    long silentNanos() {
        return clocks.nanoTime() - heardAtNanos;
    }

    boolean isAway() {
        return away;
    }

    private void list() {
        if (listing || stopped) {
            return;
        }
        listing = true;
        vertx.cancelTimer(listTimer);
        long revisionWhenAsked = mirror.revision();
        Future<EtcdLister.Listing> answer = lister.list();
        answer.onComplete(done -> {
            listing = false;
            if (stopped) {
                return;
            }
            if (done.succeeded()) {
                take(done.result(), revisionWhenAsked);
            } else {
                failed("list of " + role.prefix(), String.valueOf(done.cause().getMessage()));
            }
        });
    }

    private void take(EtcdLister.Listing listing, long revisionWhenAsked) {
        ListResult result = mirror.listed(listing.revision(), listing.entries(), revisionWhenAsked);
        firstListTaken = true;
        heardAtNanos = clocks.nanoTime();
        failingSinceNanos = 0;
        retry.succeeded();
        etcd.outage().succeeded();
        if (away) {
            away = false;
            listener.back();
        }
        boolean watchMissedSomething = result == ListResult.DIFFERENT || result == ListResult.REWOUND;
        if (watchMissedSomething) {
            endWatch();
        }
        if (watch == null) {
            watch = client.watch(watchFrom(mirror.revision() + 1), new WatchEvents());
        }
        listTimer = vertx.setTimer(etcd.config().resyncInterval().toMillis(), due -> list());
        tell();
    }

    private void failed(String what, String why) {
        if (failingSinceNanos == 0) {
            failingSinceNanos = clocks.nanoTime();
        }
        etcd.outage().failed(what, why);
        endWatch();
        client.reconnect();
        listTimer = vertx.setTimer(retry.afterFailureMillis(), due -> list());
    }

    private void noticeAbsence() {
        boolean failing = failingSinceNanos != 0 && clocks.nanoTime() - failingSinceNanos > LONGEST_FAILING_NANOS;
        if (!away && (failing || silentNanos() > awayAfterNanos)) {
            away = true;
            listener.away();
        }
    }

    private void endWatch() {
        EtcdWatch open = watch;
        watch = null;
        if (open != null) {
            open.cancel();
        }
    }

    private WatchCreateRequest watchFrom(long revision) {
        return WatchCreateRequest.newBuilder()
                .setKey(lister.firstKey())
                .setRangeEnd(lister.endKey())
                .setStartRevision(revision)
                .build();
    }

    /** Tells what waits, for one slice of time; goes on in the loop's next turn if that was not enough. */
    private void tell() {
        if (!telling) {
            telling = true;
            tellSlice();
        }
    }

    private void tellSlice() {
        if (stopped) {
            return;
        }
        long began = clocks.nanoTime();
        for (Change<EtcdEntry> change = mirror.next(); change != null; change = mirror.next()) {
            listener.changed(change);
            if (mirror.hasChanges() && clocks.nanoTime() - began > SLICE_NANOS) {
                // Not runOnContext: the loop runs dozens of such tasks before it looks at timers and sockets again.
                vertx.setTimer(1, nextTurn -> tellSlice());
                return;
            }
        }
        telling = false;
        if (firstListTaken && !firstListTold) {
            firstListTold = true;
            listener.listed();
        }
    }

    private final class WatchEvents implements EtcdWatch.Handler {

        @Override
        public void events(WatchResponse response) {
            for (Event event : response.getEventsList()) {
                KeyValue entry = event.getKv();
                String key = entry.getKey().toStringUtf8();
                if (event.getType() == Event.EventType.DELETE) {
                    mirror.deleted(key, entry.getModRevision());
                } else {
                    mirror.put(key, entry.getModRevision(), EtcdEntry.of(entry));
                }
            }
            tell();
        }

        @Override
        public void ended(String why) {
            watch = null;
            if (!listing) {
                // A list that fails says that etcd is away; one that succeeds begins the next watch.
                vertx.cancelTimer(listTimer);
                listTimer = vertx.setTimer(retry.afterFailureMillis(), due -> list());
            }
        }
    }
}
