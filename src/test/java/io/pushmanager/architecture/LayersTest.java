package io.pushmanager.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The layers of docs/message-path.md, as rules. */
@AnalyzeClasses(packages = "io.pushmanager", importOptions = DoNotIncludeTests.class)
class LayersTest {

    private static final String[] FEATURES = {
        "discovery",
        "ingress",
        "fanout",
        "nodeclient",
        "connect",
        "controller",
        "directory",
        "cluster",
        "publisher",
        "admin",
        "cli"
    };

    @ArchTest
    static final ArchRule corePureJava = noClasses()
            .that()
            .resideInAPackage("io.pushmanager.core..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.vertx..",
                    "io.netty..",
                    "io.grpc..",
                    "com.google.protobuf..",
                    "io.pushmanager.proto..",
                    "io.etcd..",
                    "org.slf4j..",
                    "java.util.concurrent..");

    @ArchTest
    static final ArchRule layers = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("core")
            .definedBy("io.pushmanager.core..")
            .layer("base")
            .definedBy(
                    "io.pushmanager.config..",
                    "io.pushmanager.bus..",
                    "io.pushmanager.wire..",
                    "io.pushmanager.telemetry..")
            .layer("features")
            .definedBy(featurePackages())
            .layer("app")
            .definedBy("io.pushmanager.app..")
            .whereLayer("app")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("features")
            .mayOnlyBeAccessedByLayers("app")
            .whereLayer("base")
            .mayOnlyBeAccessedByLayers("features", "app");

    @ArchTest
    static final ArchRule featuresMeetOnTheBus = slices().matching(
                    "io.pushmanager.(discovery|ingress|fanout|nodeclient|connect|controller|directory|cluster|publisher|admin|cli)..")
            .should()
            .notDependOnEachOther()
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule noCycles =
            slices().matching("io.pushmanager.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule eventBusOnlyInBus = noClasses()
            .that()
            .resideOutsideOfPackage("io.pushmanager.bus..")
            .should()
            .callMethod(io.vertx.core.Vertx.class, "eventBus");

    @ArchTest
    static final ArchRule clocksOnlyInApp = noClasses()
            .that()
            .resideOutsideOfPackages("io.pushmanager.app..", "io.pushmanager.cli..")
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule noVertxImplementations = noClasses()
            .that()
            .resideInAPackage("io.pushmanager..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.vertx..impl..");

    private static String[] featurePackages() {
        String[] packages = new String[FEATURES.length];
        for (int i = 0; i < FEATURES.length; i++) {
            packages[i] = "io.pushmanager." + FEATURES[i] + "..";
        }
        return packages;
    }
}
