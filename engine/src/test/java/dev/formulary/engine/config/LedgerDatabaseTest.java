package dev.formulary.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LedgerDatabaseTest {
    @TempDir
    Path home;

    private Settings load(String yaml) throws Exception {
        Files.createDirectories(home.resolve("conf"));
        Files.write(home.resolve(Configuration.FILE), List.of(yaml));
        return Configuration.load(home, Map.of("PASSWORD", "hunter2"));
    }

    @Test
    void theDatabaseIsReadAndItsPasswordNeverShown() throws Exception {
        Settings settings = load("ledger: { database: 'jdbc:postgresql://db/f?sslmode=verify-full', user: f,"
                + " password: \"${PASSWORD}\" }");

        assertThat(settings.ledger().database()).isEqualTo(new LedgerDatabase(
                "jdbc:postgresql://db/f?sslmode=verify-full", "f", new Secret("hunter2")));
        assertThat(settings.toString()).contains("jdbc:postgresql://db/f").doesNotContain("hunter2");
        assertThat(load("").ledger().database()).isNull();
        assertThat(Objects.requireNonNull(load("ledger: { database: 'jdbc:postgresql:f' }").ledger().database()))
                .isEqualTo(new LedgerDatabase("jdbc:postgresql:f", null, null));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "database: 'jdbc:mysql://db/f' | must be jdbc:postgresql://HOST:PORT/DATABASE",
            "database: 'jdbc:postgresql://db/f?ssl=true&password=hunter2' | may not name a user or a password",
            "database: 'jdbc:postgresql://db/f?USER=me' | may not name a user or a password",
            "database: 'jdbc:postgresql://me:hunter2@db/f' | may not name a user or a password",
            "database: 'postgresql://me:hunter2@db/f' | must be jdbc:postgresql://HOST:PORT/DATABASE",
            "database: 'jdbc:postgresql://db/f?sslpassword=hunter2' | may not name a user or a password",
            "user: me | has no effect without ledger.database",
            "password: hunter2 | has no effect without ledger.database"})
    void whatIsWrongIsToldWithWhatIsRight(String member, String complaint) {
        ConfigurationException refused = catchThrowableOfType(ConfigurationException.class,
                () -> load("ledger: { " + member + " }"));
        assertThat(refused.complaints()).singleElement().asString().contains(complaint)
                .contains("conf/formulary.yaml:1:").doesNotContain("hunter2");
    }
}
