package io.pushmanager.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoundTripsTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void namesTheShortest() {
        RoundTrips trips = new RoundTrips(0);
        assertThat(trips.shortestNanos(0)).isEqualTo(RoundTrips.NONE);

        trips.add(500, 1);
        trips.add(300, 2);
        trips.add(400, 3);

        assertThat(trips.shortestNanos(4)).isEqualTo(300);
    }

    @Test
    void remembersForFifteenToThirtySeconds() {
        RoundTrips trips = new RoundTrips(0);
        trips.add(300, SECOND);

        trips.add(900, 15 * SECOND);
        assertThat(trips.shortestNanos(29 * SECOND)).isEqualTo(300);
        assertThat(trips.shortestNanos(30 * SECOND)).isEqualTo(900);
    }

    @Test
    void forgetsEverythingAfterASilence() {
        RoundTrips trips = new RoundTrips(0);
        trips.add(300, SECOND);

        assertThat(trips.shortestNanos(31 * SECOND)).isEqualTo(RoundTrips.NONE);
    }
}
