package io.pushmanager.discovery;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.grpc.Status;
import io.pushmanager.config.Role;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.time.Clocks;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one key of etcd written, under a lease, as long as this process lives.
 *
 * <p>One step at a time: without a lease, get one; with something to write, write it; otherwise renew the lease and look
 * whether the key still says what it should. A lease or key that is lost is simply made again by the next step.
 *
 * <p><b>Order:</b> steps never overlap, so that the end can revoke what was granted. <b>Thread:</b> confined to the
 * context. <b>Time:</b> a step ends within the call time-out; a lost registration is made again within
 * {@link #checkMillis} after etcd can be reached. <b>Failure:</b> tried again, jittered, until closed.
 */
final class Registrar {

    private static final Logger log = LoggerFactory.getLogger(Registrar.class);
    private static final Duration LONGEST_CHECK = Duration.ofSeconds(3);

    private final Role role;
    private final EtcdAccess etcd;
    private final Vertx vertx;
    private final Clocks clocks;
    private final RegistrationState state;
    private final Runnable onFirstRegistered;
    private final EtcdClient client;
    private final RetryDelay retry = new RetryDelay(RandomGenerator.getDefault());
    private final LogBudget lines;
    private final long ttlSeconds;

    private NodeInfo self;
    private long lease;
    private boolean written;
    private long renewedAtNanos;
    private boolean stepping;
    private long timer = -1;
    private @Nullable Promise<Void> closing;
    private Promise<Void> nextWrite = Promise.promise();

    Registrar(
            Role role,
            NodeInfo self,
            EtcdAccess etcd,
            Vertx vertx,
            Context context,
            RegistrationState state,
            Runnable onFirstRegistered) {
        this.role = role;
        this.self = self;
        this.etcd = etcd;
        this.vertx = vertx;
        this.clocks = etcd.clocks();
        this.state = state;
        this.onFirstRegistered = onFirstRegistered;
        this.client = etcd.connect(context);
        this.lines = new LogBudget(20, clocks);
        this.ttlSeconds = Math.max(1, (etcd.config().leaseTtl().toMillis() + 999) / 1_000);
    }

    void start() {
        step();
    }

    /** Describes the process otherwise from now on, under the same lease. Completes when etcd has it. */
    Future<Void> update(NodeInfo newSelf) {
        self = newSelf;
        written = false;
        Future<Void> done = nextWrite.future();
        stepSoon(0);
        return done;
    }

    /** Revokes the lease. Never fails: the lease ends by itself when etcd cannot be told. */
    Future<Void> close() {
        Promise<Void> known = closing;
        if (known != null) {
            return known.future();
        }
        Promise<Void> closed = Promise.promise();
        closing = closed;
        stepSoon(0);
        return closed.future();
    }

    private void step() {
        if (stepping) {
            return;
        }
        stepping = true;
        Promise<Void> end = closing;
        if (end != null) {
            revoke().onComplete(done -> {
                client.close();
                nextWrite.tryFail("closed");
                end.tryComplete();
            });
            return;
        }
        Future<?> action = lease == 0 ? grant() : written ? renew() : write();
        action.onComplete(done -> {
            stepping = false;
            if (done.succeeded()) {
                retry.succeeded();
                etcd.outage().succeeded();
                stepSoon(lease == 0 || !written ? 0 : checkMillis());
            } else {
                failed(done.cause());
            }
        });
    }

    private void stepSoon(long delayMillis) {
        vertx.cancelTimer(timer);
        if (stepping) {
            return; // its end looks what is next
        }
        if (delayMillis == 0 || closing != null) {
            step();
        } else {
            timer = vertx.setTimer(delayMillis, due -> step());
        }
    }

    private Future<?> grant() {
        return client.grant(ttlSeconds).onSuccess(granted -> {
            lease = granted.getID();
            written = false;
            renewedAtNanos = clocks.nanoTime();
        });
    }

    private Future<?> write() {
        NodeInfo writing = self;
        return client.put(key(), EtcdValue.write(writing), lease).onSuccess(put -> {
            if (!writing.equals(self)) {
                return; // described anew meanwhile: the next step writes that
            }
            written = true;
            confirmed();
            Promise<Void> waiting = nextWrite;
            nextWrite = Promise.promise();
            waiting.complete();
        });
    }

    private Future<?> renew() {
        long asked = clocks.nanoTime();
        return client.keepAlive(lease).compose(answer -> {
            if (answer.getTTL() <= 0) {
                lost("its lease has ended");
                lease = 0;
                return Future.succeededFuture();
            }
            renewedAtNanos = asked;
            return client.range(RangeRequest.newBuilder().setKey(key()).build()).onSuccess(this::check);
        });
    }

    private void check(RangeResponse answer) {
        if (!written) {
            return; // described anew while etcd was asked: the next step writes that
        }
        if (answer.getKvsCount() == 0) {
            lost("its key is gone");
            written = false;
            return;
        }
        KeyValue found = answer.getKvs(0);
        if (found.getLease() != lease || !found.getValue().equals(EtcdValue.write(self))) {
            lost("somebody else has written its key: is another process started with the same address?");
            written = false;
            return;
        }
        confirmed();
    }

    private void confirmed() {
        boolean first = !state.everRegistered();
        if (first || state.isLost()) {
            log.info("registered{} {} as {}", first ? "" : " again", role.keyOf(self.address()), self.nodeId());
        }
        state.registered();
        if (first) {
            onFirstRegistered.run();
        }
    }

    private void failed(Throwable failure) {
        String why = String.valueOf(failure.getMessage());
        if (Status.fromThrowable(failure).getCode() == Status.Code.NOT_FOUND) {
            lost("etcd does not know its lease");
            lease = 0;
        } else {
            etcd.outage().failed("registration of " + role.keyOf(self.address()), why);
            client.reconnect();
            boolean silent = clocks.nanoTime() - renewedAtNanos > ttlSeconds * 1_000_000_000L;
            if (silent && state.everRegistered() && !state.isLost()) { // told once, not at every attempt
                lost("etcd has not been heard for longer than its lease lasts");
            }
        }
        stepSoon(retry.afterFailureMillis());
    }

    private void lost(String why) {
        state.lost(clocks.nanoTime());
        lines.run(() -> log.warn("registration {} is lost: {}; registering again", role.keyOf(self.address()), why));
    }

    private Future<?> revoke() {
        return lease == 0
                ? Future.succeededFuture()
                : client.revoke(lease)
                        .onFailure(failure -> log.warn(
                                "lease of {} not revoked, it ends by itself: {}",
                                role.keyOf(self.address()),
                                LogText.safe(String.valueOf(failure.getMessage()))));
    }

    /** A third of the lease, so that two renewals may fail; not more than a few seconds, to notice a lost key. */
    private long checkMillis() {
        return Math.min(ttlSeconds * 1_000 / 3, LONGEST_CHECK.toMillis());
    }

    private ByteString key() {
        return ByteString.copyFromUtf8(role.keyOf(self.address()));
    }
}
