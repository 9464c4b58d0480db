package dev.formulary.engine.store;

import static dev.formulary.engine.Samples.NOON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.config.Retained;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Notice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResponsesTest {
    @TempDir
    Path folder;
    private final MutableClock clock = new MutableClock(NOON);
    private final ConcurrentLinkedQueue<Notice> notices = new ConcurrentLinkedQueue<>();

    private Responses open(Retained kept) {
        return new Responses(new Settings.Sessions(Duration.ofDays(1), 10, 0, Settings.History.USUAL, kept), folder,
                folder, notices::add, clock, 0);
    }

    private Responses open() {
        return open(Retained.USUAL);
    }

    private static byte[] document(String words) {
        return ("{\"words\":\"" + words + "\"}").getBytes(UTF_8);
    }

    private static @Nullable String found(Responses responses, String tenant, String id) throws IOException {
        byte[] found = responses.find(tenant, id);
        return found == null ? null : new String(found, UTF_8);
    }

    private void sql(String sql) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(ResponseFile.FILE))) {
            Database.execute(connection, sql);
        }
    }

    @Test
    void oneTenantsAnswersAreNoneOfAnothers() throws Exception {
        try (var responses = open()) {
            responses.keep("ann", "resp_1", document("a"));
            responses.keep("bob", "resp_1", document("b"));
            assertThat(found(responses, "ann", "resp_1")).contains("\"a\"");
            assertThat(found(responses, "bob", "resp_1")).contains("\"b\"");
            assertThat(responses.forget("ann", "resp_1")).isTrue();
            assertThat(responses.forget("ann", "resp_1")).isFalse();
            assertThat(found(responses, "ann", "resp_1")).isNull();
            assertThat(responses.count("bob")).isOne();
            assertThat(responses.forgetTenant("bob")).isOne();
            assertThat(found(responses, "bob", "resp_1")).isNull();
        }
    }

    @Test
    void whatWasWrittenIsThereAfterAKillAndCanNotBeReadOnTheDisk() throws Exception {
        Responses killed = open();
        killed.keep("ann-at-home", "resp_1", document("albatross ".repeat(100)));
        assertThat(found(killed, "ann-at-home", "resp_1")).isNotNull();
        // it is never closed
        try (var next = open()) {
            assertThat(found(next, "ann-at-home", "resp_1")).contains("albatross albatross");
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
                        .doesNotContain("albatross").doesNotContain("ann-at-home");
            }
        }
        killed.close();
    }

    @Test
    void eachIsKeptForItsTime() throws Exception {
        try (var responses = open(new Retained(true, Duration.ofHours(1), 10, 1 << 20))) {
            responses.keep("ann", "resp_1", document("a"));
            clock.advance(Duration.ofMinutes(59));
            responses.keep("ann", "resp_2", document("b"));
            assertThat(found(responses, "ann", "resp_1")).isNotNull();
            clock.advance(Duration.ofMinutes(2));
            assertThat(found(responses, "ann", "resp_1")).as("also before it is deleted").isNull();
            responses.tick();
            assertThat(responses.count("ann")).isOne();
        }
    }

    @Test
    void theOldestGoWhereThereAreTooManyOrAllTakeTooMuch() throws Exception {
        var random = new java.util.Random(1);
        byte[] large = new byte[60 << 10];
        try (var responses = open(new Retained(true, Duration.ofHours(1), 30, 1 << 20))) {
            for (int i = 0; i < 40; i++) {
                responses.keep("ann", "resp_" + i, document("" + i));
                clock.advance(Duration.ofSeconds(1));
            }
            responses.tick();
            assertThat(responses.count("ann")).isEqualTo(30);
            assertThat(found(responses, "ann", "resp_9")).isNull();
            assertThat(found(responses, "ann", "resp_10")).isNotNull();
            for (int i = 0; i < 40; i++) {
                random.nextBytes(large);
                responses.keep("bob", "resp_" + i, large.clone());
                assertThat(responses.count("bob")).as("written").isPositive();
                clock.advance(Duration.ofSeconds(1));
            }
            responses.tick();
            assertThat(responses.count("bob")).isBetween(10L, 17L);
            assertThat(responses.count("ann")).isLessThanOrEqualTo(30 - responses.count("bob"));
            assertThat(found(responses, "bob", "resp_39")).isNotNull();
            assertThat(Files.size(folder.resolve(ResponseFile.FILE))).isLessThan(3 << 19);
        }
    }

    @Test
    void aConversationThatTakesMoreThanItsShareIsNotKept() throws Exception {
        try (var responses = open(new Retained(true, Duration.ofHours(1), 30, 16 << 20));
                var none = open(new Retained(false, Duration.ofHours(1), 30, 16 << 20))) {
            assertThat(responses.keeps(1 << 20)).isTrue();
            assertThat(responses.keeps((1 << 20) + 1)).isFalse();
            assertThat(none.keeps(1)).isFalse();
        }
    }

    @Test
    void oneThatWasMovedOrChangedDoesNotOpen() throws Exception {
        try (var responses = open()) {
            responses.keep("ann", "resp_1", document("a"));
            responses.keep("ann", "resp_2", document("b"));
            assertThat(responses.count("ann")).isEqualTo(2);
            sql("update response set sealed = (select sealed from response where id = 'resp_2') where id = 'resp_1'");
            assertThat(found(responses, "ann", "resp_1")).isNull();
            assertThat(found(responses, "ann", "resp_2")).isNotNull();
        }
    }

    @Test
    void aFileThatCanNotBeWrittenFailsNoCallAndIsWrittenLater() throws Exception {
        Files.createDirectory(folder.resolve(ResponseFile.FILE));
        try (var responses = open()) {
            responses.keep("ann", "resp_1", document("a"));
            assertThat(found(responses, "ann", "resp_1")).contains("\"a\"");
            assertThat(notices).extracting(Notice::code).contains("responses-not-kept");
            Files.delete(folder.resolve(ResponseFile.FILE));
            responses.tick();
        }
        try (var next = open()) {
            assertThat(found(next, "ann", "resp_1")).contains("\"a\"");
        }
    }

    @Test
    void aDamagedFileIsDeletedAndTold() throws Exception {
        Files.writeString(folder.resolve(ResponseFile.FILE), "this is no database ".repeat(500));
        try (var responses = open()) {
            assertThat(found(responses, "ann", "resp_1")).isNull();
            assertThat(notices).extracting(Notice::code).containsExactly("responses-damaged");
            responses.keep("ann", "resp_1", document("a"));
            assertThat(found(responses, "ann", "resp_1")).isNotNull();
        }
    }
}
