package dev.formulary.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonParser;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.WireBody;
import dev.formulary.spi.WireBody.Member;
import dev.formulary.testkit.TornResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Bodies that are looked at, read by their members, or told as a whole.
class BodiesTest {

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({"'{\"a\":1}',true", "'\r\n {',true", "data: {},false", "[{}],false", "é,false"})
    void seesWhetherAnObjectBegins(String piece, boolean opens) throws Exception {
        var response = new TornResponse(utf8("\n"), utf8(" \r\n"), utf8(piece), utf8("rest"));
        BegunBody begun = BegunBody.of(response);
        assertThat(begun.opensAnObject()).isEqualTo(opens);
        assertThat(begun.whole(response, 4)).isEqualTo(utf8(piece + "rest"));
    }

    @Test
    void seesNothingInABlankBody() throws Exception {
        assertThat(BegunBody.of(new TornResponse(utf8("\n"), utf8(" ")))).isSameAs(BegunBody.NOTHING);
        assertThat(BegunBody.NOTHING.opensAnObject()).isFalse();
    }

    @Test
    void doesNotReadOnForEver() {
        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> BegunBody.NOTHING.whole(new TornResponse(utf8("12345")), 4));
    }

    @Test
    void findsMembersWhereTheyLie() throws Exception {
        byte[] json = utf8("{ \"ü\":\"x\", \"a\" : {\"b\":[1,2]} , \"c\":null}");
        var members = new ArrayList<Member>();
        var said = new ArrayList<String>();
        try (JsonParser in = Json.FACTORY.createParser(json)) {
            in.nextToken();
            Members.read(in, members, (name, value) -> {
                said.add(name + " " + value.currentToken());
                value.skipChildren();
            });
        }
        var body = new WireBody(WireBody.OPENAI_CHAT, json, members);
        assertThat(said).containsExactly("ü VALUE_STRING", "a START_OBJECT", "c VALUE_NULL");
        assertThat(new String(body.with(Map.of("c", "3")), StandardCharsets.UTF_8))
                .isEqualTo("{\"ü\":\"x\",\"a\" : {\"b\":[1,2]},\"c\":3}");
        assertThat(Members.value(body, "a")).hasToString("{\"b\":[1,2]}");
        assertThat(Members.value(body, "d")).isNull();
    }

    @Test
    void quotesAsJsonDoes() {
        assertThat(Json.quote("a\"b\\\n\u0001é")).isEqualTo("\"a\\\"b\\\\\\n\\u0001é\"");
        assertThat(Json.malformed()).hasMessage("the vendor's answer is not the json that it should be");
    }

    @Test
    void tellsAWholeReply() {
        List<ReplyEvent> events = List.of(new ReplyEvent.Text("a"), new ReplyEvent.Text("b"));
        try (var reply = new WholeReply(events)) {
            assertThat(reply.next()).isEqualTo(events.getFirst());
            assertThat(reply.next()).isEqualTo(events.getLast());
            assertThat(reply.next()).isNull();
        }
    }

    @Test
    void waitsForEachAnswerOrForAll() {
        Duration time = Duration.ofSeconds(10);
        Patience each = Patience.withEach(time);
        assertThat(List.of(each.remaining(), each.firstByte())).containsOnly(time);
        Patience all = Patience.withAll(Duration.ZERO);
        assertThat(all.remaining()).isLessThanOrEqualTo(Duration.ZERO);
        assertThat(all.firstByte()).isLessThanOrEqualTo(Duration.ZERO);
        all.onCancel(() -> {
            throw new AssertionError("nobody cancels it");
        });
        assertThat(all.cancelled()).isFalse();
        assertThat(all.callId()).isEqualTo("models");
    }
}
