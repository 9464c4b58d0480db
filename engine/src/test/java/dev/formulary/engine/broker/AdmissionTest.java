package dev.formulary.engine.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.broker.Admission.Rights;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionTest {
    private static final List<String> TOPICS = List.of("formulary/#", "zigbee2mqtt/+/set");

    private static Admission open() {
        return new Admission("gateway", Map.of("gateway", "secret"), TOPICS);
    }

    private static Admission closed() {
        return new Admission("gateway", Map.of("gateway", "secret", "hall", "sesame"), TOPICS);
    }

    @Test
    void withoutUsersAnybodyComesInButNobodyAsTheGateway() {
        assertThat(open().login(null, null)).isEqualTo(Rights.CLIENT);
        assertThat(open().login("hall", "anything")).isEqualTo(Rights.CLIENT);
        assertThat(open().login("gateway", "secret")).isEqualTo(Rights.GATEWAY);
        assertThat(open().login("gateway", "guess")).isEqualTo(Rights.NONE);
        assertThat(open().login("gateway", null)).isEqualTo(Rights.NONE);
    }

    @Test
    void withUsersOnlyTheyComeIn() {
        assertThat(closed().login("hall", "sesame")).isEqualTo(Rights.CLIENT);
        assertThat(closed().login("hall", "Sesame")).isEqualTo(Rights.NONE);
        assertThat(closed().login("hall", "secret")).isEqualTo(Rights.NONE);
        assertThat(closed().login("stranger", "sesame")).isEqualTo(Rights.NONE);
        assertThat(closed().login(null, null)).isEqualTo(Rights.NONE);
        assertThat(closed().login("gateway", "secret")).isEqualTo(Rights.GATEWAY);
    }

    @ParameterizedTest
    @CsvSource({"formulary/v1/home/chat, true", "formulary/#, true", "formulary/+/x, true", "formulary, true",
            "formularyx/a, false", "#, false", "+/v1, false", "+/#, false", "zigbee2mqtt/lamp/set, true",
            "zigbee2mqtt/+/set, true", "zigbee2mqtt/#, false", "zigbee2mqtt/lamp/set/x, false",
            "zigbee2mqtt/lamp, false", "zigbee2mqtt/lamp/#, false", "$SYS/x, false", "'', false"})
    void clientsUseTheirTopicsOnly(String filter, boolean allowed) {
        assertThat(open().allows(Rights.CLIENT, filter)).isEqualTo(allowed);
        assertThat(open().allows(Rights.NONE, filter)).isFalse();
    }

    @Test
    void theGatewayUsesAllTopicsButTheBrokersOwn() {
        assertThat(open().allows(Rights.GATEWAY, "answers/1")).isTrue();
        assertThat(open().allows(Rights.GATEWAY, "#")).isTrue();
        assertThat(open().allows(Rights.GATEWAY, "$sys/mqtt/sessions")).isFalse();
    }

    /// Held against what matching one topic after another says.
    @Test
    void aFilterCoversAnotherExactlyWhenItMatchesAllThatTheOtherMatches() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        List<String> topics = topics();
        for (int i = 0; i < 20_000; i++) {
            String wide = filter(random);
            String narrow = filter(random);
            boolean all = topics.stream().filter(topic -> matches(narrow, topic))
                    .allMatch(topic -> matches(wide, topic));

            assertThat(Admission.covers(wide, narrow)).as("%s covers %s", wide, narrow).isEqualTo(all);
        }
    }

    /// All of three levels at most, with a word that no filter has.
    private static List<String> topics() {
        List<String> words = List.of("a", "b", "c");
        List<String> all = new java.util.ArrayList<>(words);
        for (String first : words) {
            for (String second : words) {
                all.add(first + "/" + second);
                words.forEach(third -> all.add(first + "/" + second + "/" + third));
                words.forEach(third -> all.add(first + "/" + second + "/" + third + "/c"));
            }
        }
        return all;
    }

    private static String filter(RandomGenerator random) {
        var filter = new StringBuilder();
        int levels = random.nextInt(1, 4);
        for (int i = 0; i < levels; i++) {
            filter.append(i == 0 ? "" : "/").append(List.of("a", "b", "+").get(random.nextInt(3)));
        }
        return filter + List.of("", "/#").get(random.nextInt(2));
    }

    private static boolean matches(String filter, String topic) {
        String expression = filter.replace("/#", "(/.*)?").replace("+", "[^/]*");
        return topic.matches(expression);
    }
}
