package io.pushmanager.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.OnlyIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.vertx.core.Vertx;

/** What {@code scripts/test --quick} runs needs neither an event loop nor a process nor a network. */
@AnalyzeClasses(packages = "io.pushmanager", importOptions = OnlyIncludeTests.class)
class QuickTestsTest {

    private static final String QUICK = ".*(?<!Verticle|Process)Test(\\$.*)?";

    @ArchTest
    static final ArchRule noEventLoop =
            noClasses().that().haveNameMatching(QUICK).should().callMethod(Vertx.class, "vertx");

    @ArchTest
    static final ArchRule noProcess = noClasses()
            .that()
            .haveNameMatching(QUICK)
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.lang\\.(ProcessBuilder|Process|Runtime)|io\\.pushmanager\\.testing\\.EtcdServer");

    @ArchTest
    static final ArchRule noNetwork = noClasses()
            .that()
            .haveNameMatching(QUICK)
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.net\\.(Server)?Socket|java\\.net\\.http\\..*|java\\.nio\\.channels\\..*Socket.*|"
                    + "com\\.sun\\.net\\.httpserver\\..*");
}
