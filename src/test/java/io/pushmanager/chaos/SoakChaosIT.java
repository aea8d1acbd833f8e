package io.pushmanager.chaos;

import static org.awaitility.Awaitility.await;

import io.pushmanager.it.Stage;
import io.pushmanager.ledger.LedgerCheck;
import io.pushmanager.ledger.Violation.Kind;
import io.pushmanager.testing.PushManagerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Half an hour of clients that come, join, leave and go, of pushes, and of processes that are killed, stopped, frozen and
 * started again. In parts: after each the ledger is compared, every client is gone, and what the processes hold is looked at.
 *
 * <p>m1, n1 and c1 live through it all (frozen now and then), see all others come and go, and must be in the end where they were.
 */
class SoakChaosIT {

    private static final Path CSV = Path.of("target", "chaos", "soak.csv");
    private static final Duration PART = Duration.ofSeconds(40);
    private static final Duration SOON = Duration.ofSeconds(60);
    /** What a killed manager's links leave behind for a minute, and a little more. */
    private static final Duration LETTING_GO = Duration.ofSeconds(100);

    private static final int PUSHES_A_SECOND = 60;
    private static final double MEGABYTE = 1 << 20;

    private final Random random = new Random(Scale.SEED);
    private final Map<String, Integer> hurts = new LinkedHashMap<>();
    private long frames;

    @Test
    @DisplayName("soak")
    @Tag("chaos-full")
    @Tag(ChaosMain.ONLY_BY_NAME)
    void heapFilesThreadsAndTimersAreInTheEndWhereTheyWere(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = new Cluster(2, 3)) {
            PushManagerProcess controller = Scale.controller("c1", cluster.etcd.endpoint());
            cluster.stage.begin(controller);
            cluster.start();
            controller.awaitReady(SOON);
            List<PushManagerProcess> all = new ArrayList<>(cluster.managers);
            all.addAll(cluster.nodes);
            all.add(controller);
            try (SoakLog log = new SoakLog(CSV, all)) {
                soak(cluster, all, List.of(cluster.manager(), cluster.nodes.get(0), controller), log, figures);
            }
        }
    }

    private void soak(
            Cluster cluster,
            List<PushManagerProcess> all,
            List<PushManagerProcess> lasting,
            SoakLog log,
            Figures figures) {
        List<SoakSample> baseline = List.of();
        int parts = 0;
        while (log.seconds() < Scale.SOAK_MINUTES * 60 || baseline.isEmpty()) {
            part(cluster, all, lasting, log, figures, parts++);
            List<SoakSample> calm = calm(cluster, all, lasting, log);
            if (baseline.isEmpty() && log.seconds() >= SoakJudge.warmUpSeconds(Scale.SOAK_MINUTES)) {
                baseline = calm;
            }
        }
        figures.note("minutes", Figures.number(log.seconds() / 60));
        figures.note("parts", parts);
        figures.note("done to processes", hurts);
        figures.note("frames compared", frames);
        figures.exactly("missed", log.missed(), 0);
        figures.exactly("doubled", log.doubled(), 0);
        judge(baseline, lasting, log, figures);
        figures.note("lines of " + CSV, log.lines());
    }

    private void part(
            Cluster cluster,
            List<PushManagerProcess> all,
            List<PushManagerProcess> lasting,
            SoakLog log,
            Figures figures,
            int number) {
        try (Stage clients = new Stage(Scale.SEED + number)) {
            clients.pushThrough(cluster.managers.toArray(PushManagerProcess[]::new));
            Churn churn = Churn.begin(cluster, clients, "part" + number, PUSHES_A_SECOND);
            double end = log.seconds() + PART.toSeconds();
            while (log.seconds() < end) {
                Cluster.pause(Duration.ofMillis(1_000 + random.nextInt(4_000)));
                hurt(churn, all, lasting);
            }
            Cluster.pause(Duration.ofSeconds(2));
            LedgerCheck check = churn.judge(figures);
            frames += check.frameCount();
            log.found(count(check, Kind.MISSING), count(check, Kind.DOUBLED));
            Stage.assertExact(check);
        }
    }

    private static long count(LedgerCheck check, Kind kind) {
        return check.violations().stream()
                .filter(violation -> violation.kind() == kind)
                .count();
    }

    private void hurt(Churn churn, List<PushManagerProcess> all, List<PushManagerProcess> lasting) {
        List<PushManagerProcess> others = new ArrayList<>(all);
        others.removeAll(lasting);
        PushManagerProcess victim = others.get(random.nextInt(others.size()));
        switch (random.nextInt(3)) {
            case 0 -> restart(churn, victim, true);
            case 1 -> restart(churn, victim, false);
            default -> freeze(all.get(random.nextInt(all.size())));
        }
    }

    private void restart(Churn churn, PushManagerProcess process, boolean kill) {
        noted(kill ? "killed" : "stopped");
        // A node that is not ready may be unknown to a manager: clients come back when it is.
        churn.without(process.isOnlyNode() ? List.of(process) : List.of());
        if (kill) {
            process.killHard();
        } else {
            process.terminate();
            process.awaitExit(SOON);
        }
        process.start().awaitReady(SOON);
        churn.without(List.of());
    }

    /** For less than its lease: longer it would be no member, and owe nothing. */
    private void freeze(PushManagerProcess process) {
        noted("frozen");
        process.freeze();
        Cluster.pause(Scale.LEASE.multipliedBy(10 + random.nextInt(45)).dividedBy(100));
        process.thaw();
    }

    private void noted(String what) {
        hurts.merge(what, 1, Integer::sum);
    }

    /** When the clients have gone and nothing is on its way: a sample of every process, of which those of the lasting ones are returned. */
    private static List<SoakSample> calm(
            Cluster cluster, List<PushManagerProcess> all, List<PushManagerProcess> lasting, SoakLog log) {
        await("nobody connected, nothing on its way").atMost(SOON).until(() -> all.stream()
                .allMatch(process -> process.isReady()
                        && process.metric("connect_node_connections")
                                        + process.metric("push_manager_mailbox_depth")
                                        + process.metric("push_manager_inflight")
                                == 0));
        await("every manager has every node").atMost(SOON).until(() -> cluster.managers.stream()
                .allMatch(manager -> manager.metric("push_manager_node_connections") == cluster.nodes.size()));
        Cluster.pause(Duration.ofSeconds(1));
        List<SoakSample> samples = samples(all, log);
        samples.removeIf(
                sample -> lasting.stream().noneMatch(process -> process.name().equals(sample.process())));
        return samples;
    }

    private static void judge(
            List<SoakSample> baseline, List<PushManagerProcess> lasting, SoakLog log, Figures figures) {
        double giveUp = log.seconds() + LETTING_GO.toSeconds();
        List<SoakSample> end = samples(lasting, log);
        while (!findings(baseline, end).isEmpty() && log.seconds() < giveUp) {
            Cluster.pause(Duration.ofSeconds(10));
            end = samples(lasting, log);
        }
        for (int i = 0; i < baseline.size(); i++) {
            SoakSample before = baseline.get(i);
            SoakSample after = end.get(i);
            figures.note(
                    before.process() + " live heap MiB, files, threads, timers",
                    described(before) + " → " + described(after));
        }
        List<String> findings = findings(baseline, end);
        findings.forEach(finding -> figures.note("leak", finding));
        figures.exactly("leaks", findings.size(), 0);
    }

    private static List<SoakSample> samples(List<PushManagerProcess> processes, SoakLog log) {
        List<SoakSample> samples = new ArrayList<>();
        for (PushManagerProcess process : processes) {
            SoakSample sample = log.sampleCalm(process);
            if (sample == null) {
                throw new AssertionError(process.name() + " does not answer");
            }
            samples.add(sample);
        }
        return samples;
    }

    private static List<String> findings(List<SoakSample> baseline, List<SoakSample> end) {
        List<String> findings = new ArrayList<>();
        for (int i = 0; i < baseline.size(); i++) {
            findings.addAll(SoakJudge.findings(baseline.get(i), end.get(i)));
        }
        return findings;
    }

    private static String described(SoakSample sample) {
        return Figures.number(sample.heapLive() / MEGABYTE) + "/" + sample.files() + "/" + sample.threads() + "/"
                + sample.timers();
    }
}
