package io.pushmanager.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The jar for applications, as pom.xml lists its classes, is complete, and needs Vert.x and nothing else. */
@AnalyzeClasses(packages = "io.pushmanager", importOptions = DoNotIncludeTests.class)
class PublisherJarTest {

    private static final Pattern INCLUDE = Pattern.compile("<include>(io/pushmanager/[^<]+)\\.class</include>");

    private static final DescribedPredicate<JavaClass> IN_THE_JAR = describe("are in the jar", isIncluded());

    @ArchTest
    static void listsClassesThatThereAre(JavaClasses ours) {
        for (Pattern include : includes()) {
            assertThat(ours.stream()
                            .anyMatch(type -> include.matcher(type.getName()).matches()
                                    || include.matcher(type.getName() + "$").matches()))
                    .as(include.pattern())
                    .isTrue();
        }
    }

    @ArchTest
    static void needsNoneOfOurClassesThatItDoesNotHave(JavaClasses ours) {
        noClasses()
                .that(IN_THE_JAR)
                .should()
                .dependOnClassesThat(describe("are ours", (JavaClass type) -> type.getBaseComponentType()
                                .getName()
                                .startsWith("io.pushmanager."))
                        .and(not(IN_THE_JAR)))
                .check(ours);
    }

    @ArchTest
    static void needsNothingButVertxWhereItDoesNotJoinACluster(JavaClasses ours) {
        classes()
                .that(IN_THE_JAR)
                .and()
                .resideOutsideOfPackage("io.pushmanager.cluster")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "",
                        "java..",
                        "io.pushmanager..",
                        "io.vertx.core..",
                        "com.fasterxml.jackson.core..",
                        "org.jspecify..")
                .check(ours);
    }

    @ArchTest
    static void needsTheClustersEngineOnlyToJoin(JavaClasses ours) {
        classes()
                .that(IN_THE_JAR)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "",
                        "java..",
                        "io.pushmanager..",
                        "io.vertx.core..",
                        "io.vertx.spi.cluster.hazelcast",
                        "com.hazelcast..",
                        "com.fasterxml.jackson.core..",
                        "org.jspecify..")
                .check(ours);
    }

    private static Predicate<JavaClass> isIncluded() {
        List<Pattern> includes = includes();
        return type -> includes.stream()
                .anyMatch(include ->
                        include.matcher(type.getBaseComponentType().getName()).matches());
    }

    private static List<Pattern> includes() {
        try {
            List<Pattern> includes = new ArrayList<>();
            Matcher matcher = INCLUDE.matcher(Files.readString(Path.of("pom.xml")));
            while (matcher.find()) {
                if (!matcher.group(1).contains("**")) { // the layers of the build, not the jar
                    includes.add(Pattern.compile(matcher.group(1)
                            .replace('/', '.')
                            .replace(".", "\\.")
                            .replace("$", "\\$")
                            .replace("*", "[^.]*")));
                }
            }
            assertThat(includes).isNotEmpty();
            return includes;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
