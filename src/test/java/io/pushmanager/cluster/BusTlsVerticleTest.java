package io.pushmanager.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pushmanager.bus.JsonBus;
import io.pushmanager.config.HostPort;
import io.pushmanager.testing.Ports;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SelfSignedCertificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Members in one JVM: what travels between them does so as it would between two. */
class BusTlsVerticleTest {

    private static final String NAME = "tls-" + ProcessHandle.current().pid();

    private final SelfSignedCertificate certificate = SelfSignedCertificate.create("127.0.0.1");
    private final int port = Ports.free();
    private final List<Vertx> members = new ArrayList<>();

    @AfterEach
    void leave() throws Exception {
        for (Vertx member : members) {
            get(member.close());
        }
        certificate.delete();
    }

    @Test
    void membersWithACertificateReachOneAnotherAndOneWithoutReachesNobody() throws Exception {
        JsonBus answering = join(tls().withPort(port));
        answering.answer("where", request -> Future.succeededFuture(new JsonObject().put("here", true)));
        JsonBus asking = join(tls());
        await().atMost(Duration.ofSeconds(20))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(ask(asking).getBoolean("here")).isTrue());

        JsonBus plain = join(MemberSettings.local().withName(NAME));

        assertThatThrownBy(() -> ask(plain)).isInstanceOf(Exception.class);
    }

    private MemberSettings tls() {
        return MemberSettings.local()
                .withName(NAME)
                .withTls(new MemberSettings.Tls(
                        certificate.certificatePath(), certificate.privateKeyPath(), certificate.certificatePath()));
    }

    private JsonBus join(MemberSettings settings) throws Exception {
        Vertx member = get(
                PushCluster.join(new VertxOptions(), settings, List.of(new HostPort(MemberSettings.LOOPBACK, port))));
        members.add(member);
        return JsonBus.of(member);
    }

    private static JsonObject ask(JsonBus bus) throws Exception {
        return get(bus.request("where", Buffer.buffer("{}"), Map.of(), Duration.ofSeconds(2)));
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
