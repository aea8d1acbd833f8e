package io.pushmanager.core.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NodeReportTest {

    @Test
    void onlyAReportCarriesCounts() {
        assertThat(NodeReport.reported("n", DeliveryCounts.NONE).delivery()).isEqualTo(DeliveryCounts.NONE);
        assertThat(NodeReport.accepted("n").delivery()).isNull();
        assertThat(NodeReport.rejected("n", Outcome.REJECTED_FULL, "full").delivery())
                .isNull();
        assertThat(NodeReport.unreported("n", Outcome.TIMED_OUT, "late").delivery())
                .isNull();
    }

    @Test
    void whatFailsAfterTheMailboxTookItStaysAccepted() {
        assertThat(NodeReport.unreported("n", Outcome.FAILED, "gone").accepted())
                .isTrue();
        assertThat(NodeReport.rejected("n", Outcome.FAILED, "gone").accepted()).isFalse();
    }

    @Test
    void everyTargetedNodeIsAcceptedOrFailed() {
        assertThat(new PushResult("id", 3, 2, null, List.of(), false).nodesTargeted())
                .isEqualTo(5);
    }
}
