package example;

import io.pushmanager.cluster.MemberSettings;
import io.pushmanager.cluster.PushCluster;
import io.pushmanager.config.HostPort;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushResult;
import io.pushmanager.publisher.Push;
import io.pushmanager.publisher.PushFailure;
import io.pushmanager.publisher.PushOptions;
import io.pushmanager.publisher.PushPublisher;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Joins the bus of a Push-Manager, pushes to a room in three ways, and says what became of it. Arguments: a member, a room. */
public final class Publisher {

    private static final int TRIES = 3;

    public static void main(String[] arguments) throws Exception {
        HostPort member = HostPort.parse(arguments.length > 0 ? arguments[0] : "127.0.0.1:5701").orElseThrow();
        String room = arguments.length > 1 ? arguments[1] : "room-001";

        Vertx vertx = await(PushCluster.join(new VertxOptions(), MemberSettings.local(), List.of(member)));
        try {
            vertx.eventBus().<JsonObject>consumer("push.v1.node-up",
                    event -> System.out.println("node up: " + event.body().encode()));
            PushPublisher publisher = PushPublisher.create(vertx);

            // One, to whichever manager the bus chooses, and with an answer that says who got it.
            PushResult one = await(push(publisher, room, UUID.randomUUID().toString(), TRIES));
            System.out.println("one: " + one.nodesTargeted() + " nodes, " + one.delivery());

            // Many in one message.
            List<Push> pushes = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                pushes.add(Push.toRoom(room, Content.text("number " + i)));
            }
            List<PushAnswer> answers = await(publisher.all(pushes));
            long accepted = answers.stream().filter(PushResult.class::isInstance).count();
            System.out.println("many: " + accepted + " of " + answers.size() + " accepted");

            // The same from any Vert.x language, without any of our classes.
            JsonObject plain = new JsonObject()
                    .put("room_id", room)
                    .put("content", new JsonObject().put("type", "TEXT").put("data", "plain JSON"));
            System.out.println("plain: "
                    + await(vertx.eventBus().<JsonObject>request("push.v1.publish", plain)).body().encode());
        } finally {
            await(vertx.close());
        }
    }

    /** One that is in doubt may have been delivered: under the same id it reaches nobody twice. */
    private static Future<PushResult> push(PushPublisher publisher, String room, String id, int tries) {
        PushOptions options = PushOptions.defaults().withMessageId(id).withAck(AckLevel.DELIVERED);
        return publisher.toRoom(room, Content.text("Hello from the bus"), options)
                .recover(failure -> failure instanceof PushFailure known && known.isInDoubt() && tries > 1
                        ? push(publisher, room, id, tries - 1)
                        : Future.failedFuture(failure));
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private Publisher() {}
}
