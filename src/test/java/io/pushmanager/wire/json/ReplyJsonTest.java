package io.pushmanager.wire.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.outcome.PushResult;
import io.pushmanager.proto.pubsub.PushReply;
import io.pushmanager.wire.ReplyMapper;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplyJsonTest {

    private static final DeliveryCounts COUNTS = new DeliveryCounts(6, 1, 1, 1, 1, 1, 1);

    @Test
    void readsAsTheSameReplyWithProtobufsOwnParser() throws Exception {
        PushResult result = new PushResult(
                "m",
                1,
                1,
                COUNTS,
                List.of(
                        NodeReport.reported("n1", COUNTS),
                        NodeReport.rejected("n2", Outcome.REJECTED_FULL, "the mailbox is full")),
                true);

        PushReply.Builder parsed = PushReply.newBuilder();
        JsonFormat.parser().merge(new String(ReplyJson.write(result), StandardCharsets.UTF_8), parsed);

        assertThat(parsed.build()).isEqualTo(ReplyMapper.toProto(result));
    }

    @Test
    void writesZerosAndLeavesOutADeliveryThatIsUnset() {
        JsonObject reply =
                new JsonObject(Buffer.buffer(ReplyJson.write(new PushResult("m", 0, 0, null, List.of(), false))));

        assertThat(reply.getInteger("nodes_targeted")).isZero();
        assertThat(reply.containsKey("delivery")).isFalse();
    }

    @Test
    void writesEveryDetailOfAnError() {
        PushError error = new PushError(
                ErrorCode.UNAVAILABLE, "NOT_READY", "no", List.of(new PushError.FieldViolation("f", "d")), 1_500L);

        JsonObject json = new JsonObject(Buffer.buffer(ReplyJson.write(error)));

        assertThat(json.getInteger("code")).isEqualTo(14);
        assertThat(json.getString("status")).isEqualTo("UNAVAILABLE");
        assertThat(json.getJsonArray("details").getJsonObject(0).getString("reason"))
                .isEqualTo("NOT_READY");
        assertThat(json.getJsonArray("details")
                        .getJsonObject(1)
                        .getJsonArray("field_violations")
                        .getJsonObject(0)
                        .getString("field"))
                .isEqualTo("f");
        assertThat(json.getJsonArray("details").getJsonObject(2).getString("retry_delay"))
                .isEqualTo("1.5s");
    }
}
