package dev.formulary.engine.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import dev.formulary.engine.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The estimate beside the count of `o200k_base`. The first nine texts are those that the costs were fitted to; the others
/// were written afterwards, and the published error is theirs: 15 % for what people write in a chat, 30 % for formal text,
/// markup and code, 40 % for addresses and for languages with many letters that others do not have. The tokenizer itself takes 29 MiB of heap, loads in most of a second and needs about 1 µs a token.
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
        en-chat | 15 | hey can u help me plan dinner for six on friday? two are vegan and one can't have nuts, budget is about 60 euros and i only have one oven. thanks!!
        en-formal | 30 | The committee has reviewed your application for the extension of the existing facility and concluded that additional documentation regarding the environmental assessment is required before the end of the quarter.
        sql | 20 | SELECT customer_id, SUM(amount) AS total FROM orders WHERE created_at >= '2026-01-01' GROUP BY customer_id ORDER BY total DESC LIMIT 10;
        html | 15 | <div class="card"><h2>Welcome back</h2><p>You have <strong>3</strong> new messages.</p><a href="/inbox">Open inbox</a></div>
        urls | 40 | See https://www.example.org/docs/getting-started?lang=en#install and https://example.com/a/b/c.html for details.
        es-chat | 15 | hola, necesito ideas para la cena del viernes, somos seis y dos son veganos, tengo unos 60 euros y solo un horno, gracias
        pt | 15 | Ultimamente tenho dormido mal e acordo às quatro da manhã. O que eu poderia fazer para me acalmar à noite? O médico pediu que eu escrevesse um diário.
        it | 15 | Ultimamente dormo male e mi sveglio alle quattro del mattino. Che cosa potrei fare per calmarmi la sera? Il medico mi ha consigliato di tenere un diario.
        ko | 20 | 요즘 잠을 잘 못 자고 새벽 네 시에 깨요. 저녁에 마음을 진정시키려면 무엇을 하면 좋을까요? 의사 선생님이 일기를 쓰라고 하셨어요.
        ar | 25 | في الآونة الأخيرة لا أنام جيدا وأستيقظ في الرابعة صباحا. ماذا يمكنني أن أفعل كي أهدأ في المساء؟ نصحني الطبيب بكتابة يوميات.
        pl | 40 | Ostatnio źle sypiam i budzę się o czwartej rano. Co mógłbym zrobić, żeby uspokoić się wieczorem? Lekarz poradził mi prowadzenie dziennika.
        log | 15 | 2026-11-30T07:15:33.120Z INFO  [worker-3] request finished status=200 duration_ms=41 path=/v1/chat/completions
        emoji | 15 | That is great news 🎉🎉 see you at 8 😀👍🏽
        misspelt | 20 | i cant beleive it hapened agian, im sooo tierd of this, pls helpp me its realy bad
        """)
    void isNearTheCount(String name, int percent, String text) {
        int count = O200K.countTokensOrdinary(text);
        assertThat((double) EstimatedTokens.ALL.in(text)).isCloseTo(count, within(count * percent / 100.0));
        assertThat(Counting.by(Settings.Tokens.COUNT).in(text)).isEqualTo(count);
    }

    @Test
    void isNearTheCountForCode() throws IOException {
        String code = Files.readString(Path.of("src/main/java/dev/formulary/engine/context/LexiconReader.java"));
        int count = O200K.countTokensOrdinary(code);
        assertThat((double) Tokens.in(code)).isCloseTo(count, within(count * 0.12));
        assertThat(Counting.by(Settings.Tokens.COUNT).in(code)).isEqualTo(count);
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
