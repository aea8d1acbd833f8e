package io.pushmanager.example;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.RetryInfo;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.NameResolverRegistry;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.pushmanager.proto.pubsub.Content;
import io.pushmanager.proto.pubsub.PushManagerServiceGrpc;
import io.pushmanager.proto.pubsub.PushManagerServiceGrpc.PushManagerServiceBlockingStub;
import io.pushmanager.proto.pubsub.PushOptions;
import io.pushmanager.proto.pubsub.PushReply;
import io.pushmanager.proto.pubsub.PushToRoomRequest;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Pushes numbered messages to a room, a hundred a second, through whichever managers are there. */
public final class RoomPusher {

    /** The channel takes one manager after the other, but none that says it does not serve. */
    private static final Map<String, ?> SERVICE_CONFIG = Map.of(
            "loadBalancingConfig", List.of(Map.of("round_robin", Map.of())),
            "healthCheckConfig", Map.of("serviceName", ""));

    /** What another manager may well take. Of other failures, a retry helps where the manager says when. */
    private static final Set<Status.Code> WORTH_REPEATING =
            EnumSet.of(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED);

    private static final Duration PAUSE = Duration.ofMillis(10);
    private static final long ATTEMPT_MILLIS = 2_000;
    private static final Duration GIVE_UP = Duration.ofSeconds(30);
    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(20);
    private static final Duration MAX_BACK_OFF = Duration.ofSeconds(1);

    private final PushManagerServiceBlockingStub managers;
    private int repeated;

    private RoomPusher(ManagedChannel channel) {
        managers = PushManagerServiceGrpc.newBlockingStub(channel);
    }

    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 3) {
            System.err.println("usage: java -jar java-client.jar MANAGERS ROOM COUNT\n"
                    + "MANAGERS: host:port,host:port or etcd://host:port");
            System.exit(2);
        }
        String room = arguments[1];
        int count = Integer.parseInt(arguments[2]);
        ManagedChannel channel = open(arguments[0]);
        try {
            RoomPusher pusher = new RoomPusher(channel);
            for (int i = 1; i <= count; i++) {
                pusher.push(room, "message " + i);
                Thread.sleep(PAUSE.toMillis());
            }
            System.out.println("pushed " + count + ", repeated " + pusher.repeated);
        } finally {
            channel.shutdownNow();
        }
    }

    private static ManagedChannel open(String managers) {
        NameResolverRegistry resolvers = NameResolverRegistry.getDefaultRegistry();
        resolvers.register(new ManagersResolver.Provider("managers", StaticManagers::new));
        resolvers.register(new ManagersResolver.Provider("etcd", EtcdManagers::new));
        ChannelCredentials plaintext = InsecureChannelCredentials.create();
        String target = managers.startsWith("etcd://") ? managers : "managers:///" + managers;
        return Grpc.newChannelBuilder(target, plaintext)
                .defaultServiceConfig(SERVICE_CONFIG)
                .build();
    }

    /**
     * Pushes once, however often it takes: every attempt carries the same message_id, so that one which failed on its way
     * back and is repeated at another manager still reaches each client once.
     */
    private PushReply push(String room, String text) throws InterruptedException {
        PushToRoomRequest request = PushToRoomRequest.newBuilder()
                .setRoomId(room)
                .setContent(Content.newBuilder().setType("TEXT").setData(text))
                .setOptions(PushOptions.newBuilder().setMessageId(UUID.randomUUID().toString()))
                .build();
        long giveUpAt = System.nanoTime() + GIVE_UP.toNanos();
        for (Duration backOff = FIRST_BACK_OFF; ; backOff = doubled(backOff)) {
            try {
                return managers.withDeadlineAfter(ATTEMPT_MILLIS, TimeUnit.MILLISECONDS).pushToRoom(request);
            } catch (StatusRuntimeException failure) {
                Optional<Duration> asked = retryDelay(failure);
                Duration delay = asked.orElse(jittered(backOff));
                boolean isWorthRepeating = asked.isPresent()
                        || WORTH_REPEATING.contains(failure.getStatus().getCode());
                if (!isWorthRepeating || System.nanoTime() + delay.toNanos() > giveUpAt) {
                    throw failure;
                }
                System.err.println(text + " is repeated: " + failure.getStatus());
                repeated++;
                Thread.sleep(delay.toMillis());
            }
        }
    }

    /** How long the manager asks to wait, where it does. */
    private static Optional<Duration> retryDelay(StatusRuntimeException failure) {
        com.google.rpc.Status status = StatusProto.fromThrowable(failure);
        for (Any detail : status == null ? List.<Any>of() : status.getDetailsList()) {
            if (detail.is(RetryInfo.class)) {
                try {
                    var delay = detail.unpack(RetryInfo.class).getRetryDelay();
                    return Optional.of(Duration.ofSeconds(delay.getSeconds(), delay.getNanos()));
                } catch (InvalidProtocolBufferException e) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    private static Duration doubled(Duration backOff) {
        Duration twice = backOff.multipliedBy(2);
        return twice.compareTo(MAX_BACK_OFF) < 0 ? twice : MAX_BACK_OFF;
    }

    private static Duration jittered(Duration backOff) {
        return Duration.ofNanos(ThreadLocalRandom.current().nextLong(backOff.toNanos()));
    }
}
