package io.pushmanager.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.membership.KeyMirror.Change;
import io.pushmanager.core.membership.KeyMirror.Entry;
import io.pushmanager.core.membership.MembershipAction.Changed;
import io.pushmanager.core.membership.MembershipAction.Down;
import io.pushmanager.core.membership.MembershipAction.Up;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever happens between etcd and us, watch events doubled, watches lost, lists late, histories compacted, data
 * replaced: the nodes told of end as exactly etcd's, and each is told of as up, then down, in turn.
 */
@Tag("fault-3")
class MembershipPropertyTest {

    private static final int RUNS = 3_000;
    private static final int STEPS = 120;
    private static final long SUSPECT_NANOS = 1_000;

    @Test
    void endsWithExactlyWhatEtcdHolds() {
        for (long seed = 0; seed < RUNS; seed++) {
            try {
                new Run(seed).play();
            } catch (Throwable failure) {
                throw new AssertionError("seed " + seed, failure);
            }
        }
    }

    private record Event(String key, long revision, String instance) {} // instance "" is a deletion

    private static final class Run {
        private final Random random;
        // etcd
        private final Map<String, Entry<String>> etcd = new TreeMap<>();
        private final List<Event> history = new ArrayList<>();
        private long etcdRevision = 1;
        private int instances;
        // the line between
        private int watchAt = -1; // index into history of the next event; -1: no watch
        private List<Entry<String>> listUnderWay = null;
        private long listRevision;
        private long listAskedAt;
        // us
        private final KeyMirror<String> mirror = new KeyMirror<>();
        private final Membership membership = new Membership(SUSPECT_NANOS);
        private final Map<String, NodeInfo> up = new HashMap<>();
        private long now;

        Run(long seed) {
            random = new Random(seed);
        }

        void play() {
            for (int i = 0; i < STEPS; i++) {
                step();
            }
            settle();
            Map<String, String> told = new TreeMap<>();
            up.forEach((address, node) -> told.put(address, node.instanceId()));
            Map<String, String> held = new TreeMap<>();
            etcd.forEach((key, entry) -> held.put(key, entry.value()));
            assertThat(told).isEqualTo(held);
            assertThat(membership.nodes()).hasSameSizeAs(held.keySet());
        }

        private void step() {
            now += random.nextInt(100);
            switch (random.nextInt(14)) {
                case 0, 1, 2 -> write(key());
                case 3 -> delete(key());
                case 4 -> rewriteSameInstance(key());
                case 5, 6 -> watchEvent();
                case 7 -> repeatOldEvent();
                case 8 -> watchAt = -1;
                case 9 -> ask();
                case 10 -> answer();
                case 11 -> take(random.nextInt(4));
                case 12 -> link();
                case 13 -> rarely();
                default -> throw new IllegalStateException();
            }
            carryOut(membership.tick(now));
        }

        private void rarely() {
            switch (random.nextInt(4)) {
                case 0 -> membership.sourceLost(now);
                case 1 -> membership.sourceRegained(now);
                case 2 -> replaceData();
                default -> take(Integer.MAX_VALUE);
            }
        }

        /** A list with nothing under way, all taken in, and time for the suspects to end. */
        private void settle() {
            listUnderWay = null;
            watchAt = -1;
            membership.sourceRegained(now);
            ask();
            answer();
            take(Integer.MAX_VALUE);
            now += SUSPECT_NANOS;
            carryOut(membership.tick(now));
        }

        private String key() {
            return "h" + random.nextInt(5) + ":1";
        }

        private void write(String key) {
            put(key, "i" + ++instances);
        }

        private void rewriteSameInstance(String key) {
            Entry<String> entry = etcd.get(key);
            if (entry != null) {
                put(key, entry.value());
            }
        }

        private void put(String key, String instance) {
            etcdRevision++;
            etcd.put(key, new Entry<>(key, etcdRevision, instance));
            history.add(new Event(key, etcdRevision, instance));
        }

        private void delete(String key) {
            if (etcd.remove(key) != null) {
                etcdRevision++;
                history.add(new Event(key, etcdRevision, ""));
            }
        }

        private void replaceData() {
            etcd.clear();
            history.clear();
            etcdRevision = 1 + random.nextInt(3);
            watchAt = -1;
            listUnderWay = null;
            // Until the next list nobody can know; lists before were answered by the old one.
            ask();
            answer();
        }

        private void watchEvent() {
            if (watchAt >= 0 && watchAt < history.size()) {
                deliver(history.get(watchAt++));
            }
        }

        /** jetcd's and etcd's habit after a reconnect: an event that was seen comes again. */
        private void repeatOldEvent() {
            if (watchAt > 0) {
                deliver(history.get(watchAt - 1));
            }
        }

        private void deliver(Event event) {
            if (event.instance().isEmpty()) {
                mirror.deleted(event.key(), event.revision());
            } else {
                mirror.put(event.key(), event.revision(), event.instance());
            }
        }

        private void ask() {
            if (listUnderWay == null) {
                listAskedAt = mirror.revision();
                listUnderWay = new ArrayList<>(etcd.values());
                listRevision = etcdRevision;
            }
        }

        private void answer() {
            if (listUnderWay == null) {
                return;
            }
            mirror.listed(listRevision, listUnderWay, listAskedAt);
            listUnderWay = null;
            if (watchAt < 0 || random.nextBoolean()) {
                // from the mirror's revision + 1
                watchAt = 0;
                while (watchAt < history.size() && history.get(watchAt).revision() <= mirror.revision()) {
                    watchAt++;
                }
            }
        }

        private void take(int most) {
            for (int i = 0; i < most; i++) {
                Change<String> change = mirror.next();
                if (change == null) {
                    return;
                }
                if (change instanceof Change.Put<String> put) {
                    carryOut(membership.put(Nodes.node(put.key(), put.value(), put.revision()), true));
                } else {
                    carryOut(membership.deleted(change.key(), change.revision(), null, now));
                }
            }
        }

        private void link() {
            String key = key();
            NodeInfo node = up.get(key);
            if (node != null) {
                carryOut(membership.link(key, node.instanceId(), random.nextInt(3) > 0));
            }
        }

        private void carryOut(List<MembershipAction> actions) {
            for (MembershipAction action : actions) {
                if (action instanceof Up told) {
                    assertThat(up.put(told.node().address(), told.node()))
                            .as("up twice: %s", told.node())
                            .isNull();
                } else if (action instanceof Down told) {
                    NodeInfo was = up.remove(told.node().address());
                    assertThat(was).as("down without up: %s", told.node()).isNotNull();
                    assertThat(was.instanceId()).isEqualTo(told.node().instanceId());
                } else if (action instanceof Changed told) {
                    NodeInfo was = up.put(told.node().address(), told.node());
                    assertThat(was).as("change of what is not up").isNotNull();
                    assertThat(was.isSameProcess(told.node())).isTrue();
                }
            }
        }
    }
}
