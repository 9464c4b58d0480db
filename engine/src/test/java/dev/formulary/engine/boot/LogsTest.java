package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.LogSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class LogsTest {
    private static final Logger OURS = LoggerFactory.getLogger("dev.formulary.engine.Some");

    @TempDir
    Path folder;
    private Home home;

    @BeforeEach
    void open() throws Exception {
        home = new Home(folder);
        home.prepare(null, null);
        Logs.toFile(home);
    }

    @AfterEach
    void close() {
        Logs.closeFile();
    }

    @Test
    void weSpeakFromInfoOnAndLibrariesFromWarnOn() throws Exception {
        OURS.info("started port={}", 8080);
        OURS.debug("detail");
        LoggerFactory.getLogger("org.library.Thing").info("chatter");
        LoggerFactory.getLogger("org.library.Thing").warn("trouble");
        LoggerFactory.getLogger("org.drools.compiler.kie.builder.impl.X").error("the source of a rule");

        assertThat(log()).contains("INFO Some: started port=8080", "WARN Thing: trouble")
                .doesNotContain("detail", "chatter", "source of a rule");
    }

    @Test
    void anEventIsOneLineWithItsPairsAndItsStackTraceBelow() throws Exception {
        OURS.atWarn().addKeyValue("model", "a/b").setCause(new IllegalStateException("broken"))
                .log("failed\n2026-01-01 forged");

        assertThat(log().lines().toList()).hasSizeGreaterThan(3)
                .satisfies(lines -> assertThat(lines.get(0)).matches("\\d{4}-\\d\\d-\\d\\d [\\d:.]+ WARN Some: failed"))
                .satisfies(lines -> assertThat(lines.get(1)).isEqualTo("    2026-01-01 forged model=a/b"))
                .anySatisfy(line -> assertThat(line).contains("IllegalStateException: broken"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization: Bearer abcDEF123456", "key sk-proj-AbC123_xyz-789 used",
            "AIzaSyD4f5G6h7J8k9 in url", "gsk_1234567890abcdef", "hf_abcdefgh12345678"})
    void whatLooksLikeAKeyIsStarredOut(String text) {
        assertThat(LogLine.masked(text)).contains("****").doesNotContainPattern("[A-Za-z0-9_]{3}\\d{2,}|123456|789");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model simulator/echo-small answered", "decision d-1 risk-assessment-review", "sk-short",
            "bearer x", "task=skiing"})
    void ordinaryWordsStay(String text) {
        assertThat(LogLine.masked(text)).isEqualTo(text);
    }

    @Test
    void keysInStackTracesAreStarredOutToo() throws Exception {
        OURS.warn("failed", new IllegalStateException("401 for Bearer sk-abcdefgh12345678"));

        assertThat(log()).contains("****").doesNotContain("12345678");
    }

    @Test
    void inJsonEachLineIsAnObjectWithTheSameKeys() throws Exception {
        Logs.format(LogSettings.Format.JSON);
        try {
            MDC.put("decision", "d-1");
            MDC.put("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736");
            MDC.put("tenant", "nobody's business");
            OURS.info("said \"port\"={}\n{\"forged\":1}", 8080);
            MDC.clear();
            OURS.atWarn().addKeyValue("model", "a/b").addKeyValue("state", "open\u2028")
                    .setCause(new IllegalStateException("401 for Bearer sk-abcdefgh12345678")).log("failed");
        } finally {
            MDC.clear();
            Logs.format(LogSettings.Format.TEXT);
        }
        OURS.info("text again");

        List<String> lines = log().lines().toList();
        assertThat(lines).hasSize(3).last().asString().endsWith("INFO Some: text again");
        JsonNode first = new ObjectMapper().readTree(lines.getFirst());
        JsonNode second = new ObjectMapper().readTree(lines.get(1));
        assertThat(first.fieldNames()).toIterable().containsExactlyElementsOf(JsonLine.KEYS);
        assertThat(second.fieldNames()).toIterable().containsExactlyElementsOf(JsonLine.KEYS);
        assertThat(first.path("time").asText()).matches("\\d{4}-\\d\\d-\\d\\dT[\\d:]{8}\\.\\d{3}Z");
        assertThat(first.path("logger").asText()).isEqualTo("dev.formulary.engine.Some");
        assertThat(first.path("message").asText()).isEqualTo("said \"port\"=8080\n{\"forged\":1}");
        assertThat(first.path("decision").asText()).isEqualTo("d-1");
        assertThat(first.path("model").isNull()).isTrue();
        assertThat(first.path("error").isNull()).isTrue();
        assertThat(second.path("model").asText()).isEqualTo("a/b");
        assertThat(second.path("message").asText()).isEqualTo("failed state=open\u2028");
        assertThat(second.path("error").asText()).contains("IllegalStateException: 401 for Bearer ****", "\n\tat ");
    }

    private String log() throws Exception {
        return Files.readString(home.logs().resolve("formulary.log"));
    }
}
