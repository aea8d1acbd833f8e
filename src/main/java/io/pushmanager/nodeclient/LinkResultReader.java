package io.pushmanager.nodeclient;

import io.pushmanager.core.link.LinkEntry;
import io.pushmanager.core.link.SendSession;
import io.pushmanager.proto.pubsub.LinkAck;
import io.pushmanager.proto.pubsub.LinkResultDetail;
import io.pushmanager.proto.pubsub.LinkResults;
import io.pushmanager.wire.DeliveryMapper;
import io.vertx.grpc.common.GrpcStatus;

/** Ends pushes as an acknowledgement says. */
final class LinkResultReader {

    private LinkResultReader() {}

    static void read(LinkAck ack, SendSession session, PushEnds ends) {
        for (int run = 0; run < ack.getResultsCount(); run++) {
            LinkResults results = ack.getResults(run);
            // Details first: what they ended is then found to have ended below.
            for (int i = 0; i < results.getDetailsCount(); i++) {
                LinkResultDetail detail = results.getDetails(i);
                LinkEntry entry = session.result(results.getFirstId() + Integer.toUnsignedLong(detail.getIndex()));
                if (entry != null) {
                    ends.ended(entry, reply(detail));
                }
            }
            for (int i = 0; i < results.getMatchedCount(); i++) {
                LinkEntry entry = session.result(results.getFirstId() + i);
                if (entry != null) {
                    ends.written(entry, results.getMatched(i));
                }
            }
        }
    }

    private static LinkReply reply(LinkResultDetail detail) {
        if (detail.getCode() == GrpcStatus.OK.code) {
            return new LinkReply.Reported(DeliveryMapper.toCore(detail.getDelivery()));
        }
        if (detail.getCode() == GrpcStatus.ALREADY_EXISTS.code) {
            return new LinkReply.Failed("message_id was used with other content");
        }
        if (detail.getCode() == GrpcStatus.DEADLINE_EXCEEDED.code) {
            return new LinkReply.TimedOut("the node did not answer in time");
        }
        GrpcStatus status = GrpcStatus.valueOf(detail.getCode());
        String name = status == null ? "code " + detail.getCode() : status.name();
        String reason = detail.getReason();
        return new LinkReply.Failed(reason.isEmpty() ? name : name + ": " + Reasons.clean(reason));
    }
}
