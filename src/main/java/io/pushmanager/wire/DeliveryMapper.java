package io.pushmanager.wire;

import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.proto.pubsub.Delivery;

/** {@code pubsub.Delivery} ↔ {@link DeliveryCounts}. */
public final class DeliveryMapper {

    private DeliveryMapper() {}

    public static DeliveryCounts toCore(Delivery delivery) {
        return new DeliveryCounts(
                delivery.getMatched(),
                delivery.getWritten(),
                delivery.getDroppedSlow(),
                delivery.getExpired(),
                delivery.getDuplicate(),
                delivery.getConflated(),
                delivery.getUnknown());
    }

    public static Delivery toProto(DeliveryCounts counts) {
        return Delivery.newBuilder()
                .setMatched(counts.matched())
                .setWritten(counts.written())
                .setDroppedSlow(counts.droppedSlow())
                .setExpired(counts.expired())
                .setDuplicate(counts.duplicate())
                .setConflated(counts.conflated())
                .setUnknown(counts.unknown())
                .build();
    }
}
