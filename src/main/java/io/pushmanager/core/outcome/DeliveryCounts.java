package io.pushmanager.core.outcome;

/**
 * What became of a push at one node or at several, in connections. Reconciles:
 * {@code matched = written + droppedSlow + expired + duplicate + conflated + unknown}.
 */
public record DeliveryCounts(
        long matched, long written, long droppedSlow, long expired, long duplicate, long conflated, long unknown) {

    public static final DeliveryCounts NONE = new DeliveryCounts(0, 0, 0, 0, 0, 0, 0);

    /** Of a dry run. */
    public static DeliveryCounts matchedOnly(long matched) {
        return new DeliveryCounts(matched, 0, 0, 0, 0, 0, 0);
    }

    public DeliveryCounts plus(DeliveryCounts other) {
        return new DeliveryCounts(
                matched + other.matched,
                written + other.written,
                droppedSlow + other.droppedSlow,
                expired + other.expired,
                duplicate + other.duplicate,
                conflated + other.conflated,
                unknown + other.unknown);
    }

    public boolean reconciles() {
        return matched == written + droppedSlow + expired + duplicate + conflated + unknown;
    }
}
