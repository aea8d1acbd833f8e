package io.pushmanager.chaos;

import static org.junit.platform.engine.discovery.ClassNameFilter.includeClassNamePatterns;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestTag;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * The cases of this package by name, behind {@code scripts/chaos}: a line for each as it ends, a table, a file for each.
 *
 * <p>Exit code 0: all green; 1: a red one; 2: a case that does not exist. What processes say goes to files, and what the cases
 * print to {@code target/chaos/output.log}.
 */
final class ChaosMain implements TestExecutionListener {

    private static final Path FOLDER = Path.of("target", "chaos");
    private static final ObjectMapper JSON = new ObjectMapper();
    /** A case with this tag takes too long for {@code --quick}. */
    private static final String FULL_ONLY = "chaos-full";
    /** And one with this tag too long for any run that does not name it. */
    static final String ONLY_BY_NAME = "chaos-by-name";

    private record Result(String name, String verdict, double seconds, Map<String, String> figures, String reason) {}

    private final PrintStream terminal;
    private final List<Result> results = new ArrayList<>();
    private final Map<String, Map<String, String>> figures = new LinkedHashMap<>();
    private final Map<String, Long> begun = new LinkedHashMap<>();

    private ChaosMain(PrintStream terminal) {
        this.terminal = terminal;
    }

    /** Arguments: {@code --list}, or the names of cases; none: all. */
    public static void main(String[] arguments) throws IOException {
        PrintStream terminal = System.out;
        Files.createDirectories(FOLDER);
        System.setOut(
                new PrintStream(Files.newOutputStream(FOLDER.resolve("output.log")), true, StandardCharsets.UTF_8));
        System.exit(new ChaosMain(terminal).run(new TreeSet<>(List.of(arguments))));
    }

    private int run(Set<String> wanted) {
        Launcher launcher = LauncherFactory.create();
        boolean list = wanted.remove("--list");
        Map<String, TestIdentifier> known = cases(launcher.discover(request(test -> true)));
        if (list) {
            known.forEach((name, test) -> terminal.printf(Locale.ROOT, "%-22s %s%n", name, described(test)));
            return 0;
        }
        Set<String> unknown = new TreeSet<>(wanted);
        unknown.removeAll(known.keySet());
        if (!unknown.isEmpty()) {
            terminal.println("scripts/chaos: no such case: " + String.join(", ", unknown) + " (see --list)");
            return 2;
        }
        terminal.println("seed " + Scale.SEED + ", " + (Scale.FULL ? "defaults" : "quick"));
        launcher.execute(request(test -> isWanted(test, wanted)), this);
        return report();
    }

    private static LauncherDiscoveryRequest request(Predicate<TestDescriptor> wanted) {
        return LauncherDiscoveryRequestBuilder.request()
                .selectors(selectPackage(ChaosMain.class.getPackageName()))
                .filters(includeClassNamePatterns(".*ChaosIT"), (PostDiscoveryFilter)
                        test -> FilterResult.includedIf(!test.isTest() || wanted.test(test)))
                .build();
    }

    private static boolean isWanted(TestDescriptor test, Set<String> names) {
        return names.isEmpty()
                ? !has(test, ONLY_BY_NAME) && (Scale.FULL || !has(test, FULL_ONLY))
                : names.contains(test.getDisplayName());
    }

    private static boolean has(TestDescriptor test, String tag) {
        return test.getTags().contains(TestTag.create(tag));
    }

    private static Map<String, TestIdentifier> cases(TestPlan plan) {
        Map<String, TestIdentifier> cases = new TreeMap<>();
        plan.getRoots().forEach(root -> plan.getDescendants(root).stream()
                .filter(TestIdentifier::isTest)
                .forEach(test -> cases.put(test.getDisplayName(), test)));
        return cases;
    }

    private static String described(TestIdentifier test) {
        List<String> words = new ArrayList<>();
        for (TestTag tag : test.getTags()) {
            switch (tag.getName()) {
                case FULL_ONLY -> words.add("(not in --quick)");
                case ONLY_BY_NAME -> words.add("(only by its name)");
                default -> words.add(tag.getName());
            }
        }
        String id = test.getUniqueId();
        String method = id.substring(id.lastIndexOf(':') + 1).replaceAll("\\(.*", "");
        return String.join(" ", words)
                + (words.isEmpty() ? "" : "  ")
                + method.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        begun.put(test.getUniqueId(), System.nanoTime());
    }

    @Override
    public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
        figures.computeIfAbsent(test.getUniqueId(), first -> new LinkedHashMap<>())
                .putAll(entry.getKeyValuePairs());
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        ended(test, "skipped", reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult outcome) {
        String reason = outcome.getThrowable().map(ChaosMain::text).orElse("");
        switch (outcome.getStatus()) {
            case SUCCESSFUL -> ended(test, "green", "");
            case ABORTED -> ended(test, "skipped", reason);
            case FAILED -> ended(test, "RED", reason);
        }
    }

    private static String text(Throwable failure) {
        failure.printStackTrace(System.out);
        return String.valueOf(failure.getMessage()).strip();
    }

    private void ended(TestIdentifier test, String verdict, String reason) {
        if (!test.isTest() && !verdict.equals("RED")) {
            return;
        }
        double seconds = (System.nanoTime() - begun.getOrDefault(test.getUniqueId(), System.nanoTime())) / 1e9;
        Result result = new Result(
                test.getDisplayName(), verdict, seconds, figures.getOrDefault(test.getUniqueId(), Map.of()), reason);
        results.add(result);
        List<String> measured = new ArrayList<>();
        result.figures.forEach((what, value) -> measured.add(what + " " + value));
        terminal.printf(
                Locale.ROOT, "%-8s %-22s %5.1f s  %s%n", verdict, result.name, seconds, String.join("; ", measured));
        if (!reason.isEmpty()) {
            terminal.println("         " + reason.lines().limit(6).toList());
        }
        write(result);
    }

    private static void write(Result result) {
        ObjectNode object = JSON.createObjectNode()
                .put("case", result.name)
                .put("verdict", result.verdict)
                .put("mode", Scale.FULL ? "full" : "quick")
                .put("seed", Scale.SEED)
                .put("seconds", Math.round(result.seconds * 10) / 10.0)
                .put("reason", result.reason);
        object.set("figures", JSON.valueToTree(result.figures));
        try {
            Files.writeString(
                    FOLDER.resolve(result.name.replaceAll("[^A-Za-z0-9.-]", "_") + ".json"),
                    object.toPrettyString() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int report() {
        terminal.println();
        int red = 0;
        double seconds = 0;
        results.sort(Comparator.comparing(Result::name));
        for (Result result : results) {
            terminal.printf(Locale.ROOT, "| %-22s | %-7s | %6.1f s |%n", result.name, result.verdict, result.seconds);
            red += result.verdict.equals("RED") ? 1 : 0;
            seconds += result.seconds;
        }
        long green = results.stream()
                .filter(result -> result.verdict.equals("green"))
                .count();
        terminal.printf(
                Locale.ROOT,
                "%d green, %d red, %d skipped in %.0f s; seed %d%n",
                green,
                red,
                results.size() - green - red,
                seconds,
                Scale.SEED);
        return red > 0 || green == 0 ? 1 : 0;
    }
}
