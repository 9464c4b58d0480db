package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.alert.Alerts;
import dev.formulary.engine.facts.Notice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Catalogues of models are followed while the gateway runs, and a bad one harms nothing.
class CatalogueDeskTest {
    private static final Instant DAY = Instant.parse("2026-08-01T12:00:00Z");
    private final Path home;
    private final Path folder;
    private final MutableClock clock = new MutableClock(DAY);
    private final Alerts alerts = new Alerts(Duration.ofMinutes(5));
    private final AtomicInteger changes = new AtomicInteger();
    private int written;
    private CatalogueDesk desk;

    CatalogueDeskTest(@TempDir Path home) throws IOException {
        this.home = home;
        this.folder = Files.createDirectories(home.resolve("models"));
        this.desk = open();
    }

    @BeforeEach
    void shipped() throws IOException {
        write("shipped.yaml", catalogue("2026-07-24", "2"));
        desk.reconcile();
    }

    private CatalogueDesk open() {
        return new CatalogueDesk(folder, home.resolve("kept"), alerts, clock, changes::incrementAndGet);
    }

    private static String catalogue(String version, String price) {
        return "version: " + version + "\ngood-until: 2026-12-31\nvendors:\n  - kind: openai\n    models:\n"
                + "      m: {input-price: " + price + ", output-price: 1}\n";
    }

    private void write(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        Files.setLastModifiedTime(file, FileTime.from(DAY.plusSeconds(++written)));
    }

    private List<String> codes() {
        return desk.notices().stream().map(Notice::code).toList();
    }

    private Object shown(int file, String member) {
        return desk.document().get(file).getOrDefault(member, "");
    }

    @Test
    void anEditIsTakenUpOnceAndTold() throws Exception {
        assertThat(changes).hasValue(1);
        desk.reconcile();
        assertThat(changes).hasValue(1);
        write("shipped.yaml", catalogue("2026-07-25", "3"));
        desk.reconcile();
        assertThat(changes).hasValue(2);
        assertThat(shown(0, "version")).isEqualTo("2026-07-25");
        assertThat(codes()).isEmpty();
    }

    @Test
    void aBrokenOneIsRefusedWithItsPlaceAndTheLastGoodOneGoesOnAlsoAfterARestart() throws Exception {
        write("shipped.yaml", catalogue("2026-07-25", "cheap"));
        desk.reconcile();
        assertThat(shown(0, "version")).isEqualTo("2026-07-24");
        assertThat(shown(0, "problem")).asString().startsWith("conf/models/shipped.yaml:6:24 ")
                .contains("input-price: must be an amount in dollars");
        assertThat(codes()).containsExactly("catalogue-refused");
        desk.tick();
        assertThat(alerts.open()).hasSize(1);

        desk = open();
        desk.reconcile();
        assertThat(shown(0, "version")).isEqualTo("2026-07-24");
        assertThat(codes()).containsExactly("catalogue-refused");
    }

    @Test
    void anOlderOneDoesNotReplaceANewerOne() throws Exception {
        write("shipped.yaml", catalogue("2026-07-23", "1"));
        desk.reconcile();
        assertThat(shown(0, "version")).isEqualTo("2026-07-24");
        assertThat(shown(0, "problem")).asString().contains("2026-07-23 is older than 2026-07-24");
    }

    @Test
    void oneThatIsPastItsDaysServesAndSaysSo() {
        clock.advance(Duration.ofDays(200));
        assertThat(codes()).containsExactly("catalogue-stale");
    }

    @Test
    void thePricesOfUnitMistakesAreRefused() throws Exception {
        write("mine.yaml", catalogue("2026-07-25", "2500000"));
        desk.reconcile();
        assertThat(shown(0, "problem")).isEqualTo("");
        assertThat(shown(1, "file")).isEqualTo("mine.yaml");
        assertThat(shown(1, "problem")).asString().contains("must be dollars a million tokens, up to 10000");
    }

    @Test
    void aFileThatIsGoneIsForgotten() throws Exception {
        Files.delete(folder.resolve("shipped.yaml"));
        desk.reconcile();
        assertThat(desk.document()).isEmpty();
        Files.delete(folder);
        desk.reconcile();
        assertThat(desk.document()).isEmpty();
    }
}
