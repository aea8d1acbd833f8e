package io.pushmanager.ingress;

import static io.pushmanager.ingress.IngressFixture.HELLO;
import static io.pushmanager.wire.grpc.GrpcProbe.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushResult;
import io.pushmanager.proto.pubsub.PushManagerServiceGrpcClient;
import io.pushmanager.proto.pubsub.PushReply;
import io.pushmanager.proto.pubsub.PushRequest;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PushStreamVerticleTest {

    private static final int WINDOW = 10;

    private final IngressFixture ingress = new IngressFixture(1_000, WINDOW);
    private final Map<String, Promise<PushAnswer>> waiting = new ConcurrentHashMap<>();
    private final List<PushReply> replies = new CopyOnWriteArrayList<>();
    private final Promise<GrpcStatus> ended = Promise.promise();
    private GrpcClientRequest<PushRequest, PushReply> stream;

    @BeforeEach
    void open() {
        stream = await(GrpcClient.client(ingress.vertx)
                .request(
                        SocketAddress.inetSocketAddress(ingress.port.get(), "127.0.0.1"),
                        PushManagerServiceGrpcClient.PushStream));
        stream.response().onSuccess(this::read).onFailure(ended::tryFail);
    }

    @AfterEach
    void close() {
        ingress.close();
    }

    @Test
    @Tag("bad-input-1")
    void answersABadItemWithAStatusAndGoesOn() {
        await(stream.write(PushRequest.newBuilder().setCorrelationId("bad").build()));
        await(stream.write(item("good")));
        await(stream.end());

        assertThat(await(ended.future())).isEqualTo(GrpcStatus.OK);
        assertThat(replies).extracting(PushReply::getCorrelationId).containsExactlyInAnyOrder("bad", "good");
        assertThat(reply("bad").getStatus().getCode()).isEqualTo(3);
        assertThat(reply("bad").getStatus().getDetailsCount()).isEqualTo(2);
        assertThat(reply("good").hasStatus()).isFalse();
        assertThat(ingress.requests("PushStream", "INVALID_ARGUMENT")).isEqualTo(1);
        assertThat(ingress.requests("PushStream", "OK")).isEqualTo(1);
    }

    @Test
    void repliesInTheOrderOfCompletion() {
        holdEverything();
        await(stream.write(item("first")));
        await(stream.write(item("second")));
        Awaitility.await().until(() -> waiting.size() == 2);

        complete("second");
        Awaitility.await().until(() -> replies.size() == 1);
        complete("first");
        Awaitility.await().until(() -> replies.size() == 2);

        assertThat(replies).extracting(PushReply::getCorrelationId).containsExactly("second", "first");
    }

    @Test
    void offersItemsToFanOutInStreamOrder() {
        List<String> rooms = IntStream.range(0, 500).mapToObj(i -> "r" + i).toList();

        rooms.forEach(room -> stream.write(item(room)));
        await(stream.end());
        await(ended.future());

        assertThat(ingress.pushed)
                .extracting(PushMessage::target)
                .extracting(Target::roomId)
                .containsExactlyElementsOf(rooms);
        assertThat(replies).hasSize(500);
    }

    @Test
    void readsNoFurtherThanItsWindow() {
        holdEverything();
        IntStream.range(0, 100).forEach(i -> stream.write(item("r" + i)));
        Awaitility.await().until(() -> waiting.size() == WINDOW);

        Awaitility.await()
                .during(Duration.ofMillis(300))
                .atMost(Duration.ofSeconds(5))
                .until(() -> waiting.size() == WINDOW);
        List<String> order =
                new ArrayList<>(IntStream.range(0, 100).mapToObj(i -> "r" + i).toList());
        for (String room : order) {
            Awaitility.await().pollInterval(Duration.ofMillis(2)).until(() -> waiting.containsKey(room));
            complete(room);
        }
        await(stream.end());

        assertThat(await(ended.future())).isEqualTo(GrpcStatus.OK);
        assertThat(replies).hasSize(100);
    }

    @Test
    void endsOnlyAfterTheLastReply() {
        holdEverything();
        await(stream.write(item("r")));
        await(stream.end());
        Awaitility.await().until(() -> waiting.size() == 1);
        assertThat(ended.future().isComplete()).isFalse();

        complete("r");

        assertThat(await(ended.future())).isEqualTo(GrpcStatus.OK);
        assertThat(replies).hasSize(1);
    }

    @Test
    void leavesNothingBehindWhenTheCallerCancels() {
        holdEverything();
        await(stream.write(item("r")));
        Awaitility.await().until(() -> waiting.size() == 1);

        stream.cancel();
        complete("r");

        Awaitility.await().until(() -> ingress.gate.inFlight() == 0);
        await(ingress.vertx.undeploy(ingress.deployment)); // would wait for a stream that was not forgotten
    }

    @Test
    void answersWhatItReadAndEndsUnavailableWhenDraining() {
        holdEverything();
        await(stream.write(item("r")));
        Awaitility.await().until(() -> waiting.size() == 1);

        io.vertx.core.Future<Void> stopped = ingress.vertx.undeploy(ingress.deployment);
        Awaitility.await().until(ingress.gate::isDraining);
        complete("r");

        assertThat(await(ended.future())).isEqualTo(GrpcStatus.UNAVAILABLE);
        assertThat(replies).hasSize(1);
        await(stopped);
    }

    private void read(GrpcClientResponse<PushRequest, PushReply> response) {
        response.handler(replies::add);
        response.endHandler(end -> ended.tryComplete(response.status()));
        response.exceptionHandler(ended::tryFail);
    }

    private PushReply reply(String correlationId) {
        return replies.stream()
                .filter(each -> each.getCorrelationId().equals(correlationId))
                .findFirst()
                .orElseThrow();
    }

    private void holdEverything() {
        ingress.fanOut = message -> {
            Promise<PushAnswer> answer = Promise.promise();
            waiting.put(message.target().roomId(), answer);
            return answer.future();
        };
    }

    private void complete(String room) {
        waiting.remove(room).complete(new PushResult("m", 0, 0, null, List.of(), false));
    }

    private static PushRequest item(String room) {
        PushRequest.Builder item = PushRequest.newBuilder().setCorrelationId(room);
        item.getRoomBuilder().setRoomId(room).setContent(HELLO);
        return item.build();
    }
}
