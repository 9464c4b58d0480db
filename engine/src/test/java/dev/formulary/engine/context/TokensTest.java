package dev.formulary.engine.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The estimate beside the count of `o200k_base`. The published error is 12 % for running text, code and JSON and 25 % for
/// rows of numbers. The tokenizer itself takes 29 MiB of heap, loads in most of a second and needs about 1 µs a token.
class TokensTest {
    private static final Encoding O200K = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        en   | 12 | I'm having a hard time sleeping lately. What could I do to calm down in the evening, and is it normal to wake up at four? My doctor said that I should keep a diary, but I never know what to write. Could you suggest three questions that I can answer every night?
        es   | 12 | Últimamente me cuesta mucho dormir y me despierto a las cuatro de la mañana. ¿Qué podría hacer para tranquilizarme por la noche? Mi médico me ha dicho que escriba un diario, pero nunca sé qué poner. ¿Podrías proponerme tres preguntas para contestar cada noche?
        de   | 12 | In letzter Zeit schlafe ich schlecht und wache um vier Uhr morgens auf. Was könnte ich tun, um abends zur Ruhe zu kommen? Meine Ärztin hat mir geraten, ein Tagebuch zu führen, aber ich weiß nie, was ich schreiben soll. Kannst du mir drei Fragen vorschlagen, die ich jeden Abend beantworte?
        fr   | 12 | Depuis quelque temps je dors mal et je me réveille à quatre heures du matin. Que pourrais-je faire pour me calmer le soir ? Mon médecin m'a conseillé de tenir un journal, mais je ne sais jamais quoi écrire. Peux-tu me proposer trois questions auxquelles répondre chaque soir ?
        ru   | 12 | В последнее время я плохо сплю и просыпаюсь в четыре часа утра. Что я мог бы сделать, чтобы успокоиться вечером? Врач посоветовал мне вести дневник, но я никогда не знаю, что писать. Можешь предложить три вопроса на каждый вечер?
        zh   | 12 | 最近我睡得不好，凌晨四点就醒了。晚上我可以做些什么来让自己平静下来？医生建议我写日记，但我从来不知道该写什么。你能给我三个每天晚上回答的问题吗？
        ja   | 12 | 最近よく眠れず、朝の四時に目が覚めてしまいます。夜に落ち着くためには何をすればよいでしょうか。医者に日記をつけるように勧められましたが、何を書けばよいのかわかりません。毎晩答えられる質問を三つ提案してください。
        json | 12 | {"id": 17, "name": "living room", "entities": [{"entity_id": "light.ceiling", "state": "on", "brightness": 178}, {"entity_id": "sensor.temperature_2", "state": "21.75", "unit": "°C"}], "updated": "2026-11-21T07:15:00Z"}
        numbers | 25 | 2026-11-21 07:15:33.123 4111111111111111 3.14159265358979 1,000,000 192.168.10.24 +34 600 123 456 0x7fffffff 99 88 77 1234 56789 201 45 6 78.5
        """)
    void isNearTheCount(String name, int percent, String text) {
        int count = O200K.countTokensOrdinary(text);
        assertThat((double) Tokens.in(text)).isCloseTo(count, within(count * percent / 100.0));
    }

    @Test
    void isNearTheCountForCode() throws IOException {
        String code = Files.readString(Path.of("src/main/java/dev/formulary/engine/context/LexiconReader.java"));
        int count = O200K.countTokensOrdinary(code);
        assertThat((double) Tokens.in(code)).isCloseTo(count, within(count * 0.12));
    }

    @Test
    void moreTextIsNeverFewerTokensAndLongTextIsCountedRoughly() {
        var random = new Random(2);
        String signs = "ab é 12.,\n漢п😂";
        var text = new StringBuilder();
        long before = 0;
        for (int i = 0; i < 3_000; i++) {
            text.append(signs.charAt(random.nextInt(signs.length())));
            long now = Tokens.in(text);
            assertThat(now).isGreaterThanOrEqualTo(before);
            before = now;
        }
        assertThat(Tokens.in("")).isZero();
        assertThat(Tokens.in("word ".repeat(200_000))).isBetween(200_000L, 300_000L);
    }
}
