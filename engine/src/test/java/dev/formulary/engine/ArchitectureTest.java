package dev.formulary.engine;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The walls of the engine. A new room, or a new door between two, is a change of this file.
class ArchitectureTest {
    private static final String ENGINE = "dev.formulary.engine";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ENGINE);

    /// What a room may use, beside the JDK, the contract of providers and libraries. `boot` may use all.
    private static final List<Room> ROOMS = List.of(
            new Room("facts", ""),
            new Room("config", "facts disk"),
            new Room("disk", ""),
            new Room("schema", ""),
            new Room("statistics", "facts"),
            new Room("keys", "facts config disk"),
            new Room("transport", "facts config"),
            new Room("telemetry", "facts"),
            new Room("context", "facts config telemetry"),
            new Room("dialect", "facts config telemetry"),
            // transport: the compiler of rules runs on a thread of its own
            new Room("decision", "facts config telemetry transport disk"),
            new Room("admission", "facts config telemetry disk keys"),
            new Room("grid", "facts config telemetry transport admission session"),
            new Room("vitals", "facts config telemetry transport disk"),
            new Room("provider", "facts config telemetry transport"),
            new Room("dispatch", "facts config telemetry transport disk admission provider vitals"),
            new Room("store", "facts config telemetry transport disk"),
            new Room("session", "facts config telemetry transport"),
            new Room("grade", "facts config telemetry transport"),
            new Room("alert", "facts config telemetry transport disk"),
            new Room("reload", "facts config telemetry transport"),
            new Room("admin", "facts config telemetry transport store keys"),
            new Room("mqtt", "facts config telemetry transport"),
            new Room("notify", "facts config telemetry transport mqtt store alert"),
            // shared with a broker that is loaded from JARs of its own
            new Room("broker", ""),
            new Room("route", "facts config telemetry transport mqtt dialect context decision admission dispatch "
                    + "provider grid vitals store session alert keys notify schema"),
            new Room("house", "facts config disk alert mqtt"),
            new Room("chores", "facts config transport disk"),
            new Room("drill", "facts config telemetry transport context admission dispatch provider vitals route"));

    /// In which rooms a library may be used; `boot`, which puts everything together, is not held to it.
    private static final List<Wall> LIBRARIES = List.of(
            new Wall("org.apache.camel..", "route"),
            new Wall("jakarta.mail..", "route"),
            new Wall("org.eclipse.angus..", "route"),
            new Wall("com.hivemq..", "mqtt"),
            new Wall("com.netflix.concurrency..", "admission"),
            new Wall("io.github.bucket4j..", "admission"),
            new Wall("org.kie..", "decision"),
            new Wall("org.drools..", "decision"),
            new Wall("com.github.javaparser..", "decision"),
            new Wall("de.siegmar.fastcsv..", "decision"),
            new Wall("org.dhatim..", "decision"),
            new Wall("org.apache.commons.compress..", "decision"),
            new Wall("org.pf4j..", "provider"),
            new Wall("com.networknt..", "schema"),
            new Wall("com.knuddels.jtokkit..", "context"),
            new Wall("org.infinispan..", "grid"),
            new Wall("org.jgroups..", "grid"),
            new Wall("io.github.resilience4j..", "dispatch"),
            new Wall("io.vertx..", "transport"),
            new Wall("io.netty..", "transport"),
            new Wall("oshi..", "vitals"),
            new Wall("org.HdrHistogram..", "vitals"),
            new Wall("io.micrometer..", "telemetry"),
            new Wall("io.prometheus..", "telemetry"),
            new Wall("io.opentelemetry..", "telemetry"),
            new Wall("org.apache.commons.statistics..", "statistics"),
            new Wall("picocli..", "boot"),
            new Wall("ch.qos.logback..", "boot"),
            new Wall("com.fasterxml.jackson.dataformat.yaml..", "config decision"),
            new Wall("org.sqlite..", "store"),
            new Wall("org.flywaydb..", "store"),
            new Wall("org.postgresql..", "store"),
            new Wall("com.fasterxml.jackson..", "dialect admin route decision config store keys house notify "
                    + "schema chores"));

    @ParameterizedTest(name = "{0}")
    @MethodSource("roomList")
    void aRoomUsesOnlyTheRoomsBelowIt(Room room) {
        classes().that(resideInAPackage(in(room.name)))
                .should().onlyDependOnClassesThat(resideInAPackage(ENGINE + "..").negate()
                        .or(resideInAnyPackage(rooms(room.name + " " + room.mayUse))))
                .allowEmptyShould(true).check(CLASSES);
    }

    @Test
    void nobodyDependsOnBoot() {
        noClasses().that(resideInAPackage(in("boot")).negate())
                .should().dependOnClassesThat(resideInAPackage(in("boot")))
                .check(CLASSES);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("libraryList")
    void aLibraryStaysInItsRoom(Wall wall) {
        noClasses().that(resideInAnyPackage(rooms("boot " + wall.rooms)).negate())
                .should().dependOnClassesThat(resideInAPackage(wall.library))
                .check(CLASSES);
    }

    /// A gateway without traces loads nothing of it: whoever uses the library is known to those alone that do, too, and to the
    /// one place that makes it where traces are wanted.
    @Test
    void theLibraryForTracesIsLoadedOnlyWhereThereAreSome() {
        var inside = DescribedPredicate.describe("use it",
                (JavaClass each) -> each.getDirectDependenciesFromSelf().stream()
                        .anyMatch(to -> to.getTargetClass().getPackageName().startsWith("io.opentelemetry")));
        noClasses().that().doNotHaveFullyQualifiedName(ENGINE + ".boot.Observation")
                .and(DescribedPredicate.not(inside))
                .should().dependOnClassesThat(inside.and(resideInAPackage(ENGINE + "..")))
                .check(CLASSES);
    }

    @Test
    void roomsHaveNoCycles() {
        slices().matching(ENGINE + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void everyRoomIsKnownAndOneLevelDeep() {
        Set<String> known = ROOMS.stream().map(room -> ENGINE + "." + room.name).collect(Collectors.toSet());
        known.add(ENGINE);
        known.add(ENGINE + ".boot");
        Set<String> found = CLASSES.stream().map(each -> each.getPackageName())
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(known).containsAll(found);
    }

    @Test
    void onlyOneClassMakesThreads() {
        noClasses().that().doNotHaveFullyQualifiedName(ENGINE + ".transport.Threads")
                .should().callMethod(Thread.class, "ofPlatform")
                .orShould().callMethod(Thread.class, "ofVirtual")
                .orShould().callMethod(Thread.class, "startVirtualThread", Runnable.class)
                .orShould().callConstructor(Thread.class)
                .orShould().callConstructor(Thread.class, Runnable.class)
                .orShould().callConstructor(Thread.class, Runnable.class, String.class)
                .orShould().dependOnClassesThat().areAssignableTo(java.util.concurrent.Executors.class)
                .check(CLASSES);
    }

    /// Tests may list more cases than a reader must hold in mind at once.
    @ParameterizedTest(name = "{0}: {1} lines")
    @CsvSource({"src/main, 300", "src/test, 400"})
    void noSourceFileIsLong(String folder, long most) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(folder))) {
            assertThat(files.filter(file -> file.toString().endsWith(".java")).filter(file -> lines(file) > most))
                    .isEmpty();
        }
    }

    static List<Room> roomList() {
        return ROOMS;
    }

    static List<Wall> libraryList() {
        return LIBRARIES;
    }

    private static long lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String in(String room) {
        return ENGINE + "." + room + "..";
    }

    private static String[] rooms(String names) {
        return Stream.of(names.trim().split(" ")).map(ArchitectureTest::in).toArray(String[]::new);
    }

    record Room(String name, String mayUse) {
        @Override
        public String toString() {
            return name + " may use: " + (mayUse.isEmpty() ? "nothing" : mayUse);
        }
    }

    record Wall(String library, String rooms) {
        @Override
        public String toString() {
            return library + " only in: " + rooms;
        }
    }
}
