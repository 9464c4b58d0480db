package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.config.Home;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `formulary files`, with a gateway that says what there is.
class FilesCommandTest {
    private static final String FILES = """
        {"working":[{"file":"night.jsonl","state":"working","done":1200,"succeeded":1188,"failed":12,"bytes_done":480310,
                     "bytes_total":1600900,"started":"2026-11-30T01:00:00Z","updated":"2026-11-30T01:00:14Z",
                     "per_second":85.1,"expected_end":"2026-11-30T01:00:48Z"},
                    {"file":"q.json","state":"working","done":0,"total":1,"succeeded":0,"failed":0,"bytes_done":0,
                     "bytes_total":0,"started":"2026-11-30T01:00:00Z","updated":"2026-11-30T01:00:14Z"}],
         "latest":[{"file":"b.jsonl","state":"done","done":3,"total":3,"succeeded":3,"failed":0,"bytes_done":9,
                    "bytes_total":9,"started":"2026-11-30T01:00:00Z","updated":"2026-11-30T01:00:14Z"},
                   {"file":"x.jsonl","state":"refused","done":0,"succeeded":0,"failed":0,"bytes_done":0,"bytes_total":0,
                    "started":"2026-11-30T01:00:00Z","updated":"2026-11-30T01:00:14Z","reason":"the file is empty"}]}""";

    @TempDir
    Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(StubNode node, String... arguments) throws Exception {
        var terminal = new Terminal(InputStream.nullInputStream(), new PrintWriter(out, true), new PrintWriter(err,
                true), Map.of("FORMULARY_HOME", folder.toString()), properties());
        Home home = terminal.home();
        Files.createDirectories(home.data());
        new RunningNode(1, node.port(), node.managementPort()).write(home);
        return Main.execute(terminal, (_, _) -> {
            throw new StartException("not here");
        }, Assembly.ruleCheck(), List.of(arguments));
    }

    private Properties properties() {
        var properties = new Properties();
        properties.setProperty("user.home", folder.toString());
        return properties;
    }

    @Test
    void theFilesAtWorkAreListedAndThenThoseThatEnded() throws Exception {
        try (var node = new StubNode(200, FILES)) {
            assertThat(run(node, "files")).isZero();
            assertThat(node.asked.getFirst().path()).isEqualTo("/admin/files");
        }

        assertThat(out.toString().lines()).containsExactly(
                "working  night.jsonl  1200 answered, 12 of them errors, 30 % of the file, 85.1 a second, "
                        + "ends about 2026-11-30T01:00:48Z",
                "working  q.json  0 of 1 answered",
                "done     b.jsonl  3 of 3 answered",
                "refused  x.jsonl  0 answered, the file is empty");
    }

    @Test
    void itIsGivenAsJsonAndNothingIsSaidToBeNothing() throws Exception {
        try (var node = new StubNode(200, "{\"working\":[],\"latest\":[]}")) {
            assertThat(run(node, "files", "--json")).isZero();
            assertThat(run(node, "files")).isZero();
        }
        assertThat(out.toString().lines()).containsExactly("{\"working\":[],\"latest\":[]}", "no files");
    }

    @Test
    void whatHindersIsTold() throws Exception {
        try (var node = new StubNode(500, "{}")) {
            assertThat(run(node, "files")).isEqualTo(1);
        }
        try (var node = new StubNode(200, "<html>")) {
            assertThat(run(node, "files")).isEqualTo(1);
        }
        var gone = new StubNode(200, "");
        gone.close();
        assertThat(run(gone, "files")).isEqualTo(1);

        assertThat(err.toString().lines()).satisfiesExactly(line -> assertThat(line).contains("answered 500"),
                line -> assertThat(line).contains("answered something that is not JSON"),
                line -> assertThat(line).contains("no gateway answers", "start one with: formulary run"));
    }
}
