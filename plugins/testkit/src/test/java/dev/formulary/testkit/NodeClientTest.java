package dev.formulary.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With a client that needs nothing from npm. Left out where there is no Node.
class NodeClientTest {
    @TempDir
    private Path sources;
    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(sources.resolve("package.json"), "{\"name\":\"none\",\"version\":\"1.0.0\"}");
        Files.writeString(sources.resolve("package-lock.json"), "{\"name\":\"none\",\"version\":\"1.0.0\","
                + "\"lockfileVersion\":3,\"packages\":{\"\":{\"name\":\"none\",\"version\":\"1.0.0\"}}}");
        Files.writeString(sources.resolve("say.mjs"), """
            console.error('a warning');
            console.log(JSON.stringify({said: process.argv[2]}));
            process.exit(process.argv[2] === 'bad' ? 1 : 0);
            """);
    }

    @Test
    void givesWhatTheClientSays() throws Exception {
        assertThat(NodeClient.of(sources, folder).run("say.mjs", List.of("hello")))
                .containsExactly("{\"said\":\"hello\"}");
    }

    @Test
    void aClientThatFailsIsToldWithAllThatItSays() throws Exception {
        NodeClient client = NodeClient.of(sources, folder);
        assertThatThrownBy(() -> client.run("say.mjs", List.of("bad"))).isInstanceOf(AssertionError.class)
                .hasMessageContaining("a warning");
    }
}
