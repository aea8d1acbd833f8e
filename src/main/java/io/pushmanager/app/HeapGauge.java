package io.pushmanager.app;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What garbage collections leave of the heap.
 *
 * <p>The pool of old objects is measured after collections that look through it. Those that do not leave garbage in it;
 * hence what they leave counts only when it is nearly everything. <b>Thread:</b> one.
 */
final class HeapGauge {

    /** G1 keeps a tenth of the heap free as long as it can: over this it could not. */
    private static final double NEARLY_ALL = 0.93;

    private final List<MemoryPoolMXBean> oldPools;
    private final List<GarbageCollectorMXBean> collectors;
    private final Set<String> heapPools = new HashSet<>();
    private final double max = Runtime.getRuntime().maxMemory();

    HeapGauge() {
        oldPools = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .peek(pool -> heapPools.add(pool.getName()))
                .filter(pool -> pool.isUsageThresholdSupported() && pool.isCollectionUsageThresholdSupported())
                .toList();
        collectors = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(GarbageCollectorMXBean.class::isInstance)
                .map(GarbageCollectorMXBean.class::cast)
                .filter(collector -> isStandstill(collector.getName()))
                .toList();
    }

    /** Others count the time in which the process runs on. */
    private static boolean isStandstill(String collector) {
        return !collector.contains("Cycles") && !collector.contains("Concurrent");
    }

    long collections() {
        long all = 0;
        for (GarbageCollectorMXBean collector : collectors) {
            all += collector.getCollectionCount();
        }
        return all;
    }

    long collectingMillis() {
        long all = 0;
        for (GarbageCollectorMXBean collector : collectors) {
            all += collector.getCollectionTime();
        }
        return all;
    }

    /** Share of the heap, 0 to 1. */
    double left() {
        double left = 0;
        for (MemoryPoolMXBean pool : oldPools) {
            MemoryUsage usage = pool.getCollectionUsage();
            if (usage != null) {
                // What is in use now is less when regions were given back in between, which is no collection.
                double used = Math.min(usage.getUsed(), pool.getUsage().getUsed());
                left = Math.max(left, used / (usage.getMax() > 0 ? (double) usage.getMax() : max));
            }
        }
        double all = leftByLast();
        return all >= NEARLY_ALL ? Math.max(left, all) : left;
    }

    private double leftByLast() {
        GcInfo last = null;
        for (GarbageCollectorMXBean collector : collectors) {
            GcInfo info = collector.getLastGcInfo();
            if (info != null && (last == null || info.getEndTime() > last.getEndTime())) {
                last = info;
            }
        }
        double used = 0;
        if (last != null) {
            for (Map.Entry<String, MemoryUsage> pool :
                    last.getMemoryUsageAfterGc().entrySet()) {
                used += heapPools.contains(pool.getKey()) ? pool.getValue().getUsed() : 0;
            }
        }
        return used / max;
    }
}
