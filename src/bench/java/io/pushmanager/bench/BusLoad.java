package io.pushmanager.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pushmanager.cluster.MemberSettings;
import io.pushmanager.cluster.PushCluster;
import io.pushmanager.config.HostPort;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.outcome.PushResult;
import io.pushmanager.proto.pubsub.PushManagerServiceGrpcClient;
import io.pushmanager.proto.pubsub.PushReply;
import io.pushmanager.proto.pubsub.PushRequest;
import io.pushmanager.publisher.Push;
import io.pushmanager.publisher.PushPublisher;
import io.pushmanager.telemetry.Logging;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import io.vertx.grpc.client.GrpcClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.TimeUnit;

/**
 * An application that pushes as fast as it is answered, to a room with nobody in it, so that what is measured is the way in:
 * by PushStream, by the bus one at a time, and by the bus in batches. It begins each on a line of its standard input and
 * answers with a line of JSON. Arguments: the manager's gRPC address and its member of the cluster.
 */
final class BusLoad {

    private static final int STREAM_WINDOW = 1_000;
    private static final int SINGLE_WINDOW = 200;
    private static final int BATCH = 500;
    private static final int BATCHES = 4;

    private final Vertx vertx;
    private final PushPublisher publisher;
    private final HostPort manager;
    private final String text;

    // one context
    private boolean ending;
    private long answered;
    private long failed;
    private int open;
    private Promise<Void> idle = Promise.promise();

    private BusLoad(Vertx vertx, HostPort manager) {
        this.vertx = vertx;
        this.publisher = PushPublisher.create(vertx);
        this.manager = manager;
        this.text = "x".repeat(128);
    }

    public static void main(String[] arguments) throws Exception {
        Logging.configureForCommands(); // the standard output is for results
        HostPort manager = HostPort.parse(arguments[0]).orElseThrow();
        HostPort member = HostPort.parse(arguments[1]).orElseThrow();
        Vertx vertx = get(PushCluster.join(
                new VertxOptions().setPreferNativeTransport(true), MemberSettings.local(), List.of(member)));
        BusLoad load = new BusLoad(vertx, manager);
        while (load.publisher.managers() == 0) {
            get(vertx.timer(50, TimeUnit.MILLISECONDS));
        }
        System.out.println("{}");
        Scanner commands = new Scanner(System.in);
        while (commands.hasNextLine()) {
            String[] command = commands.nextLine().split(" ");
            System.out.println(load.run(command[0], Double.parseDouble(command[1])));
        }
        get(vertx.close());
    }

    private ObjectNode run(String way, double seconds) throws Exception {
        Context context = vertx.getOrCreateContext();
        Promise<Void> begun = Promise.promise();
        long start = System.nanoTime();
        context.runOnContext(onContext -> {
            ending = false;
            answered = 0;
            failed = 0;
            open = 0;
            idle = Promise.promise();
            begin(way);
            begun.complete();
        });
        get(begun.future());
        get(vertx.timer((long) (seconds * 1_000), TimeUnit.MILLISECONDS));
        Promise<Void> ended = Promise.promise();
        context.runOnContext(onContext -> {
            ending = true;
            ended.complete();
        });
        get(ended.future());
        get(idle.future());
        double took = (System.nanoTime() - start) / 1e9;
        return new ObjectMapper()
                .createObjectNode()
                .put("perS", answered / took)
                .put("answered", answered)
                .put("failed", failed);
    }

    private void begin(String way) {
        switch (way) {
            case "stream" -> stream();
            case "single" -> {
                for (int i = 0; i < SINGLE_WINDOW; i++) {
                    single();
                }
            }
            case "batch" -> {
                for (int i = 0; i < BATCHES; i++) {
                    batch();
                }
            }
            default -> throw new IllegalArgumentException(way);
        }
    }

    private void single() {
        if (ending) {
            return;
        }
        open++;
        publisher.toRoom("nobody", Content.text(text)).onComplete(done -> {
            count(1, done.succeeded() ? 0 : 1);
            single();
            closeIfDone();
        });
    }

    private void batch() {
        if (ending) {
            return;
        }
        open++;
        List<Push> pushes = new ArrayList<>(BATCH);
        for (int i = 0; i < BATCH; i++) {
            pushes.add(Push.toRoom("nobody", Content.text(text)));
        }
        publisher.all(pushes).onComplete(done -> {
            long refused = done.result().stream()
                    .filter(answer -> !(answer instanceof PushResult))
                    .count();
            count(BATCH, refused);
            batch();
            closeIfDone();
        });
    }

    private void count(long more, long refused) {
        answered += more - refused;
        failed += refused;
        open--;
    }

    private void closeIfDone() {
        if (ending && open == 0) {
            idle.tryComplete();
        }
    }

    private void stream() {
        PushRequest.Builder request = PushRequest.newBuilder();
        request.getRoomBuilder()
                .setRoomId("nobody")
                .getContentBuilder()
                .setType("TEXT")
                .setData(text);
        GrpcClient client = GrpcClient.client(vertx);
        PushManagerServiceGrpcClient service = PushManagerServiceGrpcClient.create(
                client, SocketAddress.inetSocketAddress(manager.port(), manager.host()));
        PushRequest push = request.build();
        Promise<WriteStream<PushRequest>> writing = Promise.promise();
        Future<ReadStream<PushReply>> reading = service.pushStream(writing);
        writing.future().onSuccess(out -> {
            reading.onSuccess(in -> in.handler(reply -> {
                count(1, reply.hasStatus() ? 1 : 0);
                if (!ending) {
                    open++;
                    out.write(push);
                } else if (open == 0) {
                    out.end();
                    client.close();
                    idle.tryComplete();
                }
            }));
            // The response begins with the first answer.
            for (int i = 0; i < STREAM_WINDOW; i++) {
                open++;
                out.write(push);
            }
        });
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
    }
}
