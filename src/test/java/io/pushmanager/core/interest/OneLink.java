package io.pushmanager.core.interest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/** A node's gate with the link of one manager. */
final class OneLink {

    /** Of a lease. */
    static final long T = 2_000_000_000L;

    final InterestGate<String> gate;
    final InterestLink<String> own;

    /** @param maxEntries of which it tells before it says that anybody may be there */
    OneLink(int maxEntries) {
        gate = new InterestGate<>(maxEntries, 5 * T, 42);
        own = gate.newLink();
    }

    static List<InterestUpdate> written(InterestLink<String> to, boolean urgent) {
        List<InterestUpdate> all = new ArrayList<>();
        for (InterestUpdate next = to.next(urgent); next != null; next = to.next(urgent)) {
            all.add(next);
        }
        return all;
    }

    InterestUpdate onlyWritten() {
        List<InterestUpdate> all = written(own, false);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    /** An acknowledged snapshot, and a lease from 0 on. */
    void lease() {
        own.opened();
        assertThat(own.acknowledged(onlyWritten().version())).isTrue();
        assertThat(own.lease(T, 0)).isTrue();
    }
}
