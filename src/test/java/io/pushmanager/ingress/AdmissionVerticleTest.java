package io.pushmanager.ingress;

import static io.pushmanager.ingress.IngressFixture.HELLO;
import static io.pushmanager.wire.grpc.GrpcProbe.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.rpc.RetryInfo;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushResult;
import io.pushmanager.proto.pubsub.PushReply;
import io.pushmanager.proto.pubsub.PushRequest;
import io.pushmanager.proto.pubsub.PushToRoomRequest;
import io.pushmanager.wire.grpc.GrpcProbe;
import io.pushmanager.wire.grpc.GrpcProbe.Reply;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who gets in, and how much of it. */
class AdmissionVerticleTest {

    private static final String ROOM = "/pubsub.PushManagerService/PushToRoom";
    private static final String STREAM = "/pubsub.PushManagerService/PushStream";
    private static final PushToRoomRequest TO_ROOM =
            PushToRoomRequest.newBuilder().setRoomId("room").setContent(HELLO).build();
    private static final String OTHER = "127.0.0.2";

    private IngressFixture ingress;
    private final Queue<Promise<PushAnswer>> waiting = new ConcurrentLinkedQueue<>();

    private void with(String... settings) {
        Map<String, String> map = new java.util.HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            map.put(settings[i], settings[i + 1]);
        }
        ingress = new IngressFixture(map);
    }

    @AfterEach
    void close() {
        ingress.close();
    }

    @Test
    @Tag("fault-18")
    void leavesRoomForOthersWhileOneCallerFloods() {
        with("ingress.max-in-flight", "64");
        holdEverything();
        GrpcProbe flooder = ingress.probe();

        List<Future<Reply>> flood = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            flood.add(send(flooder));
        }
        Awaitility.await().until(() -> waiting.size() == 60);
        Awaitility.await().until(() -> flood.stream().filter(Future::isComplete).count() == 40);
        Future<Reply> modest = send(new GrpcProbe(ingress.vertx, ingress.port.get(), OTHER));
        Awaitility.await().until(() -> waiting.size() == 61);
        answerAll();

        assertThat(await(modest).grpcStatus()).isZero();
        Reply refused = flood.stream()
                .map(GrpcProbe::await)
                .filter(reply -> reply.grpcStatus() == 8)
                .findAny()
                .orElseThrow();
        assertThat(refused.details().toString()).contains("OVER_FAIR_SHARE");
        assertThat(retryMillis(refused)).isPositive();
        assertThat(ingress.refused("OVER_FAIR_SHARE")).isEqualTo(40);
        assertThat(ingress.gate.inFlight()).isZero();
    }

    @Test
    @Tag("fault-18")
    void aRefusedFloodTakesNoPlaceNotForAMoment() throws InterruptedException {
        with("ingress.max-in-flight", "16");
        IngressGate gate = ingress.gate;
        CallerAccount flooder = new CallerAccount(null, () -> {});
        CallerAccount modest = new CallerAccount(null, () -> {});
        while (gate.enter(flooder, 1) == null) {
            continue;
        }
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> flood = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Thread thread = new Thread(() -> {
                while (!over.get()) {
                    if (gate.enter(flooder, 1) == null) {
                        gate.leave(flooder, 1);
                    }
                }
            });
            thread.start();
            flood.add(thread);
        }
        int refused = 0;
        for (int i = 0; i < 100_000; i++) {
            if (gate.enter(modest, 1) == null) {
                gate.leave(modest, 1);
            } else {
                refused++;
            }
        }
        over.set(true);
        for (Thread thread : flood) {
            thread.join();
        }

        assertThat(refused).isZero();
        assertThat(gate.inFlight()).isEqualTo(15);
        while (gate.inFlight() > 0) {
            gate.leave(flooder, 1);
        }
    }

    @Test
    void boundsTheBytesUnderWay() {
        with("ingress.max-in-flight-bytes", "8MiB");
        holdEverything();
        GrpcProbe probe = ingress.probe();
        PushToRoomRequest large = TO_ROOM.toBuilder()
                .setContent(HELLO.toBuilder().setBinary(ByteString.copyFrom(new byte[255 * 1024])))
                .build();

        List<Future<Reply>> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(send(probe, large));
        }
        Awaitility.await()
                .until(() ->
                        waiting.size() + all.stream().filter(Future::isComplete).count() == 40);
        assertThat(waiting.size()).isBetween(29, 31);
        assertThat(ingress.gauge("push_manager_ingress_in_flight_bytes")).isBetween(7e6, 8.4e6);
        answerAll();

        assertThat(all.stream().map(GrpcProbe::await).filter(reply -> reply.grpcStatus() == 8))
                .hasSizeBetween(9, 11);
        assertThat(ingress.gauge("push_manager_ingress_in_flight_bytes")).isZero();
    }

    @Test
    void countsABodyThatIsStillComing() {
        with();
        NetSocket socket = connect();
        await(socket.write(
                "POST /v1/push HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n"));
        await(socket.write(Buffer.buffer(new byte[1_000])));

        Awaitility.await().until(() -> ingress.gauge("push_manager_ingress_in_flight_bytes") == 1_000);
        await(socket.close());
        Awaitility.await().until(() -> ingress.gauge("push_manager_ingress_in_flight_bytes") == 0);
    }

    @Test
    void readsNoMoreOfAStreamWhoseCallerHasItsShareUnderWay() {
        with("ingress.max-in-flight", "64");
        holdEverything();
        HttpClientRequest stream = openStream();
        List<PushReply> replies = new ArrayList<>();
        Future<Void> ended = read(stream, replies);

        for (int i = 0; i < 500; i++) {
            stream.write(GrpcProbe.frame(item()));
        }
        var unused = stream.end();
        Awaitility.await().until(() -> waiting.size() == 60);
        ingress.fanOut = IngressFixture.NOBODY;
        answerAll();
        await(ended);

        assertThat(replies).hasSize(500).noneMatch(PushReply::hasStatus);
        assertThat(ingress.refused("OVER_FAIR_SHARE")).isZero();
    }

    @Test
    void readsNoMoreFromACallerThatDoesNotReadItsReplies() {
        with();
        HttpClientRequest stream = openStream();
        String echoed = "c".repeat(16_384);
        PushRequest item = item().toBuilder().setCorrelationId(echoed).build();
        stream.response().onSuccess(io.vertx.core.http.HttpClientResponse::pause);

        for (int i = 0; i < 1_000; i++) {
            stream.write(GrpcProbe.frame(item));
        }

        Awaitility.await().until(() -> !ingress.pushed.isEmpty());
        int[] before = {-1};
        Awaitility.await().pollInterval(Duration.ofMillis(200)).until(() -> {
            int now = ingress.pushed.size();
            boolean still = now == before[0];
            before[0] = now;
            return still;
        });
        assertThat(ingress.pushed.size()).isLessThan(500);
        assertThat(ingress.gate.inFlight()).isZero();
        assertThat(ingress.probe().call(ROOM, TO_ROOM).grpcStatus())
                .as("others")
                .isZero();
        var unused = stream.reset();
    }

    @Test
    void limitsTheRateOfEachCallerAndSaysWhenToTryAgain() {
        with("ingress.rate-limit.per-second", "1", "ingress.rate-limit.burst", "3");
        GrpcProbe probe = ingress.probe();

        for (int i = 0; i < 3; i++) {
            assertThat(probe.call(ROOM, TO_ROOM).grpcStatus()).isZero();
        }
        Reply fourth = probe.call(ROOM, TO_ROOM);
        Reply afterReconnecting = ingress.probe().call(ROOM, TO_ROOM);
        Reply other = new GrpcProbe(ingress.vertx, ingress.port.get(), OTHER).call(ROOM, TO_ROOM);

        assertThat(fourth.grpcStatus()).isEqualTo(8);
        assertThat(fourth.details().toString()).contains("RATE_LIMITED");
        assertThat(retryMillis(fourth)).isBetween(1L, 1_001L);
        assertThat(afterReconnecting.grpcStatus()).isEqualTo(8);
        assertThat(other.grpcStatus()).isZero();
        assertThat(ingress.gauge("push_manager_ingress_callers")).isEqualTo(2);
    }

    @Test
    void tellsTheRateLimitInTheReplyOfAStreamsItem() {
        with("ingress.rate-limit.per-second", "1", "ingress.rate-limit.burst", "3");
        HttpClientRequest stream = openStream();
        List<PushReply> replies = new ArrayList<>();
        Future<Void> ended = read(stream, replies);

        for (int i = 0; i < 5; i++) {
            stream.write(GrpcProbe.frame(item()));
        }
        await(stream.end());
        await(ended);

        assertThat(replies).hasSize(5);
        assertThat(replies.stream().filter(reply -> reply.getStatus().getCode() == 8))
                .hasSize(2);
    }

    @Test
    @Tag("bad-input-10")
    void endsASilentStreamWithAStatus() {
        with("ingress.idle-timeout", "300ms");
        HttpClientRequest stream = openStream();
        List<PushReply> replies = new ArrayList<>();
        Future<Void> ended = read(stream, replies);
        await(stream.write(GrpcProbe.frame(item())));

        await(ended);

        Reply reply = new Reply(
                200,
                await(stream.response()).headers(),
                await(stream.response()).trailers(),
                Buffer.buffer());
        assertThat(replies).hasSize(1);
        assertThat(reply.grpcStatus()).isEqualTo(4);
        assertThat(reply.details().toString()).contains("STREAM_IDLE");
    }

    @Test
    @Tag("bad-input-10")
    void tellsAnIdleConnectionToGoAndClosesIt() {
        with("ingress.idle-timeout", "300ms");
        HttpClientRequest request = await(ingress.probe().open(ROOM, Map.of()));
        Promise<Void> toldToGo = Promise.promise();
        Promise<Void> closed = Promise.promise();
        request.connection().shutdownHandler(told -> toldToGo.tryComplete());
        request.connection().closeHandler(end -> closed.tryComplete());

        await(request.end(GrpcProbe.frame(TO_ROOM)));

        await(toldToGo.future());
        await(closed.future());
        Awaitility.await().until(() -> ingress.gauge("push_manager_ingress_callers") == 0);
    }

    @Test
    @Tag("bad-input-10")
    void closesAConnectionThatNeverFinishesARequest() {
        with("ingress.idle-timeout", "300ms");
        List<NetSocket> silent = List.of(connect(), connect());
        List<Future<Void>> closed = new ArrayList<>();
        for (NetSocket socket : silent) {
            Promise<Void> end = Promise.promise();
            socket.closeHandler(gone -> end.tryComplete());
            closed.add(end.future());
        }

        await(silent.get(1).write("POST /v1/push HTT"));

        closed.forEach(GrpcProbe::await);
    }

    @Test
    @Tag("fault-29")
    void refusesPushesWhileMemoryIsShort() {
        with();
        GrpcProbe probe = ingress.probe();
        ingress.strain.memoryShort(true);

        Reply refused = probe.call(ROOM, TO_ROOM);
        ingress.strain.memoryShort(false);

        assertThat(refused.grpcStatus()).isEqualTo(8);
        assertThat(refused.details().toString()).contains("MEMORY_SHORT");
        assertThat(retryMillis(refused)).isPositive();
        assertThat(probe.call(ROOM, TO_ROOM).grpcStatus()).isZero();
    }

    @Test
    @Tag("fault-28")
    void turnsNewConnectionsAwayWhileThereAreNoDescriptorsAndKeepsTheOthers() {
        with();
        GrpcProbe before = ingress.probe();
        assertThat(before.call(ROOM, TO_ROOM).grpcStatus()).isZero();
        ingress.strain.descriptors(0, 16);

        GrpcProbe late = ingress.probe();
        HttpClientRequest refused = await(late.open(ROOM, Map.of()));
        Promise<Void> closed = Promise.promise();
        refused.connection().closeHandler(end -> closed.tryComplete());
        Future<Integer> status = refused.response().compose(response -> response.end()
                .map(end -> new Reply(200, response.headers(), response.trailers(), Buffer.buffer()).grpcStatus()));
        await(refused.end(GrpcProbe.frame(TO_ROOM)));

        assertThat(await(status)).isEqualTo(14);
        await(closed.future());
        assertThat(before.call(ROOM, TO_ROOM).grpcStatus()).isZero();
        ingress.strain.descriptors(10, 16);
        assertThat(ingress.probe().call(ROOM, TO_ROOM).grpcStatus()).isZero();
    }

    private NetSocket connect() {
        return await(ingress.vertx.createNetClient().connect(ingress.port.get(), "127.0.0.1"));
    }

    private HttpClientRequest openStream() {
        HttpClientRequest stream = await(ingress.probe().open(STREAM, Map.of()));
        stream.setChunked(true);
        return stream;
    }

    /** Completes with the end of the answer. */
    private static Future<Void> read(HttpClientRequest stream, List<PushReply> replies) {
        return stream.response().compose(response -> {
            Buffer received = Buffer.buffer();
            response.handler(received::appendBuffer);
            return response.end()
                    .onSuccess(end -> replies.addAll(new Reply(200, response.headers(), response.trailers(), received)
                            .messages(PushReply.parser())));
        });
    }

    private static Future<Reply> send(GrpcProbe probe) {
        return send(probe, TO_ROOM);
    }

    private static Future<Reply> send(GrpcProbe probe, PushToRoomRequest push) {
        return probe.open(ROOM, Map.of("grpc-timeout", "60S")).compose(request -> {
            Future<Reply> reply = request.response().compose(response -> response.end()
                    .map(end -> new Reply(200, response.headers(), response.trailers(), Buffer.buffer())));
            return request.end(GrpcProbe.frame(push)).transform(sent -> reply);
        });
    }

    private static PushRequest item() {
        return PushRequest.newBuilder().setRoom(TO_ROOM).build();
    }

    private void holdEverything() {
        ingress.fanOut = message -> {
            Promise<PushAnswer> answer = Promise.promise();
            waiting.add(answer);
            return answer.future();
        };
    }

    private void answerAll() {
        for (Promise<PushAnswer> next = waiting.poll(); next != null; next = waiting.poll()) {
            next.complete(new PushResult("m", 0, 0, null, List.of(), false));
        }
    }

    private static long retryMillis(Reply reply) {
        return reply.details().getDetailsList().stream()
                .filter(detail -> detail.is(RetryInfo.class))
                .map(detail -> {
                    try {
                        return detail.unpack(RetryInfo.class).getRetryDelay();
                    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .mapToLong(delay -> delay.getSeconds() * 1_000 + delay.getNanos() / 1_000_000)
                .findAny()
                .orElse(-1);
    }
}
