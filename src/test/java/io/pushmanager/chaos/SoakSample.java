package io.pushmanager.chaos;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One process at one time of a soak.
 *
 * @param wallClock in ISO 8601
 * @param seconds since the soak began
 * @param process its name
 * @param pid another one after each restart
 * @param calm whether no client was connected and nothing was on its way: only such samples can be compared
 * @param heapUsed bytes, garbage included
 * @param heapLive bytes after a full collection, {@link #UNKNOWN} where none was made
 * @param timers that wait on event loops, {@link #UNKNOWN} as with {@code heapLive}
 * @param missed so far in the whole soak, by the ledgers that were compared; {@code doubled} likewise
 */
record SoakSample(
        String wallClock,
        double seconds,
        String process,
        long pid,
        boolean calm,
        long heapUsed,
        long heapLive,
        long resident,
        long files,
        long threads,
        long timers,
        long connections,
        long rooms,
        long mailboxDepth,
        long missed,
        long doubled) {

    static final long UNKNOWN = -1;

    static final String HEADER = "time,seconds,process,pid,calm,heap_used,heap_live,resident,files,threads,timers,"
            + "connections,rooms,mailbox_depth,missed,doubled";

    /** Unknown values are empty. */
    String csv() {
        String numbers = List.of(
                        heapUsed,
                        heapLive,
                        resident,
                        files,
                        threads,
                        timers,
                        connections,
                        rooms,
                        mailboxDepth,
                        missed,
                        doubled)
                .stream()
                .map(number -> number == UNKNOWN ? "" : number.toString())
                .collect(Collectors.joining(","));
        return String.format(
                Locale.ROOT, "%s,%.1f,%s,%d,%d,%s", wallClock, seconds, process, pid, calm ? 1 : 0, numbers);
    }
}
