package dev.formulary.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WireBodyTest {
    private static final String JSON = "{ \"model\" : \"auto\" ,\"n\":1.50,\"täg\":\"ü\" }";

    private static WireBody body() {
        byte[] bytes = JSON.getBytes(StandardCharsets.UTF_8);
        int n = JSON.indexOf("\"n\"");
        int tag = JSON.indexOf("\"täg\"");
        // "täg" and "ü" take a byte more each than they have characters
        return new WireBody(WireBody.OPENAI_CHAT, bytes, List.of(
                new WireBody.Member("model", 2, JSON.indexOf(" ,")), new WireBody.Member("n", n, tag - 1),
                new WireBody.Member("täg", tag, bytes.length - 2)));
    }

    private static String changed(Map<String, String> replacements) {
        return new String(body().with(replacements), StandardCharsets.UTF_8);
    }

    @Test
    void withoutReplacementsEveryMemberStaysAsItWasWritten() {
        assertThat(changed(Map.of())).isEqualTo("{\"model\" : \"auto\",\"n\":1.50,\"täg\":\"ü\"}");
    }

    @Test
    void replacesInPlace() {
        assertThat(changed(Map.of("model", "\"gpt\""))).isEqualTo("{\"model\":\"gpt\",\"n\":1.50,\"täg\":\"ü\"}");
    }

    @Test
    void anEmptyValueLeavesTheMemberOut() {
        assertThat(changed(Map.of("model", ""))).isEqualTo("{\"n\":1.50,\"täg\":\"ü\"}");
        assertThat(changed(Map.of("model", "", "n", "", "täg", ""))).isEqualTo("{}");
        assertThat(changed(Map.of("absent", ""))).endsWith("\"ü\"}");
    }

    @Test
    void addsWhatIsNotThereBehindTheRest() {
        var added = new LinkedHashMap<String, String>();
        added.put("stream", "true");
        added.put("täg", "2");
        assertThat(changed(added)).isEqualTo("{\"model\" : \"auto\",\"n\":1.50,\"täg\":2,\"stream\":true}");
    }

    @Test
    void namesThatAreAddedAreWrittenAsJson() {
        assertThat(changed(Map.of("model", "", "n", "", "täg", "", "a\"\\\n", "1")))
                .isEqualTo("{\"a\\\"\\\\\\u000a\":1}");
    }

    @Test
    void knowsItsMembers() {
        assertThat(body().has("n")).isTrue();
        assertThat(body().has("N")).isFalse();
    }

    @Test
    void isEqualByFormatAndBytesAndDoesNotPrintThem() {
        assertThat(body()).isEqualTo(body()).hasSameHashCodeAs(body())
                .isNotEqualTo(new WireBody(WireBody.OLLAMA_CHAT, body().bytes(), List.of()))
                .isNotEqualTo(new WireBody(WireBody.OPENAI_CHAT, new byte[]{'{', '}'}, List.of()));
        assertThat(body().toString()).startsWith("openai-chat[").doesNotContain("auto");
    }
}
