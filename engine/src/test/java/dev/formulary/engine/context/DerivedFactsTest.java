package dev.formulary.engine.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Modality;
import dev.formulary.engine.facts.SensitiveKind;
import dev.formulary.engine.facts.Traits;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ChatRequest.Text;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DerivedFactsTest {

    private static ChatRequest request(List<Message> messages, int tools, Format format) {
        var all = new ArrayList<ChatRequest.Tool>();
        for (int i = 0; i < tools; i++) {
            all.add(new ChatRequest.Tool("t" + i, null, Map.of()));
        }
        return new ChatRequest("m", messages, all, null, Sampling.DEFAULT, format, false, false, Map.of(), null);
    }

    private static Traits traits(ChatRequest request) {
        try {
            return new Assessor(false).assess(null, Map.of(), request).traits();
        } catch (InvalidFactException e) {
            throw new AssertionError(e);
        }
    }

    private static Traits traits(String text) {
        return traits(request(List.of(Message.text(Role.USER, text)), 0, new Format.Free()));
    }

    private static Set<SensitiveKind> sensitive(String text) {
        Set<SensitiveKind> found = EnumSet.noneOf(SensitiveKind.class);
        SensitiveData.in(text, found);
        return found;
    }

    @Test
    void modalitiesAreWhatTheContentConsistsOf() {
        Part[] parts = {new Text("a"), new ChatRequest.Image("", "http://x", true),
                new ChatRequest.Audio("audio/wav", "QQ=="),
                new ChatRequest.Opaque("file")};
        assertThat(traits(request(List.of(new Message(Role.USER, List.of(parts), List.of(), null, null)), 0,
                new Format.Free())).modalities()).containsExactlyInAnyOrder(Modality.values());
        assertThat(traits("a").modalities()).containsExactly(Modality.TEXT);
    }

    @Test
    void whoAsksForJsonNeedsAModelThatAnswersInJson() throws Exception {
        var hi = List.of(Message.text(Role.USER, "hi"));
        for (Format format : List.of(new Format.Json(), new Format.Schema("s", Map.of(), true))) {
            assertThat(new Assessor(false).assess(null, Map.of(), request(hi, 0, format)).needs())
                    .containsExactlyInAnyOrder(Capability.CHAT, Capability.JSON);
        }
    }

    @Test
    void aGreetingIsSimpleAndALongTaskWithToolsIsNot() {
        assertThat(traits("hi").complexity()).isZero();
        assertThat(traits("What is the capital of France?").complexity()).isBetween(0.1, 1.5);
        var task = "1. Read the log\n2. Find the cause\n- compare both versions\n```java\nint a = 1; { b(); }\n```\n"
                + "Why is it slow? What would you change? ".repeat(40);
        assertThat(traits(request(List.of(Message.text(Role.USER, task), Message.text(Role.ASSISTANT, "ok"),
                Message.text(Role.USER, "and?")), 6, new Format.Schema("s", Map.of(), true))).complexity())
                .isBetween(7.0, 10.0);
    }

    @Test
    void moreOfAnythingNeverMakesARequestSimpler() {
        var random = new Random(11);
        String[] pieces = {"word ", "? ", "\n- item", "\n12. step", "{ }", "; ", "`", "long text ".repeat(50)};
        for (int round = 0; round < 200; round++) {
            var messages = new ArrayList<Message>();
            int tools = 0;
            Format format = new Format.Free();
            double before = 0;
            for (int i = 0; i < 25; i++) {
                switch (random.nextInt(6)) {
                    case 0 -> tools++;
                    case 1 -> messages.add(new Message(Role.USER, List.of(new ChatRequest.Opaque("file")), List.of(),
                            null, null));
                    case 2 -> format = new Format.Schema("s", Map.of(), true);
                    case 3 -> messages.add(Message.text(Role.ASSISTANT, pieces[random.nextInt(pieces.length)]));
                    default -> {
                        String said = messages.isEmpty() ? "" : messages.getLast().plainText();
                        if (!messages.isEmpty() && messages.getLast().role() == Role.USER && !said.isEmpty()) {
                            messages.removeLast();
                        } else {
                            said = "";
                        }
                        messages.add(Message.text(Role.USER, said + pieces[random.nextInt(pieces.length)]));
                    }
                }
                double now = traits(request(messages, tools, format)).complexity();
                assertThat(now).isBetween(before, 10.0);
                before = now;
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        write to ana.lopez+home@mail.example.org, please            | EMAIL
        my card is 4111 1111 1111 1111                              | PAYMENT_CARD
        4012888888881881 12/27                                      | PAYMENT_CARD
        amex 3782-822463-10005                                      | PAYMENT_CARD
        IBAN DE89 3704 0044 0532 0130 00 please                     | BANK_ACCOUNT
        ES9121000418450200051332                                    | BANK_ACCOUNT
        ssn 123-45-6789                                             | NATIONAL_ID
        mi DNI es 12345678Z                                         | NATIONAL_ID
        DNI 12345678-Z, si hace falta                               | NATIONAL_ID
        mi dni es 12345678z                                         | NATIONAL_ID
        NIE X1234567L                                               | NATIONAL_ID
        Steuer-ID 86 095 742 719                                    | NATIONAL_ID
        numéro 255081416802538                                      | NATIONAL_ID
        call me at 555 123 4567                                     | PHONE
        +34 600 123 456                                             | PHONE
        it came from 93.184.216.34                                  | IP_ADDRESS
        I was born on 12/05/1987                                    | DATE_OF_BIRTH
        fecha de nacimiento: 1987-05-12                             | DATE_OF_BIRTH
        I live at 221 Baker Street                                  | POSTAL_ADDRESS
        vivo en la calle Mayor 12                                   | POSTAL_ADDRESS
        Lindenstraße 7 in Berlin                                    | POSTAL_ADDRESS
        the key is sk-abcdefghijklmnopqrstuvwx                      | SECRET
        AKIAABCDEFGHIJKLMNOP                                        | SECRET
        password: hunter2hunter2                                    | SECRET
        "api_key": "abcdef123456"                                   | SECRET
        -----BEGIN RSA PRIVATE KEY-----                             | SECRET
        """)
    void findsDataAboutPersons(String text, SensitiveKind kind) {
        assertThat(sensitive(text)).containsExactly(kind);
        assertThat(traits(text).sensitive()).contains(kind);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        order 4111 1111 1111 1112
        1111 1111 1111 1111
        my DNI is 12345678A
        part 12345678ZX of the list
        part 12345678z of the list
        numbers 900-12-3456 and 666-12-3456
        DE89 3704 0044 0532 0130 01
        version 1.2.3.4 and 192.168.1.10 and 10.0.0.1
        I have 3 cats and 12 dogs, see you on 12/05/2026
        the password is wrong and the api key: none
        @home, me@ and user@localhost
        timestamp 1763712345678
        12345678901 12345 1,000,000.00
        the meeting at 10:30 - 11:45 in room 12
        call 911
        GET /v1/items/1234567 HTTP/1.1
        if (a[i] == b) { sk-ip }
        take 2 tablets a day
        """)
    void anyNumberIsNoSecret(String text) {
        assertThat(sensitive(text)).isEmpty();
    }

    @Test
    void whatTheModelSaidIsNotThePersonsData() {
        assertThat(
                traits(request(List.of(Message.text(Role.ASSISTANT, "a@b.example"), Message.text(Role.USER, "hi")), 0,
                        new Format.Free())).sensitive())
                .isEmpty();
        assertThat(traits(request(List.of(Message.text(Role.USER, "x".repeat(20_000) + " a@b.example")), 0,
                new Format.Free())).sensitive()).as("only so much is read").isEmpty();
    }

    @Test
    void anyTextCanBeRead() {
        var random = new Random(3);
        String signs = "0123456789 -./()+@:=XYZAB\"\nsk_eyJ–é.";
        for (int round = 0; round < 3_000; round++) {
            var text = new StringBuilder();
            for (int i = random.nextInt(80); i > 0; i--) {
                text.append(signs.charAt(random.nextInt(signs.length())));
            }
            assertThat(sensitive(text.toString())).isNotNull();
            assertThat(Language.of(text.toString())).isNotNull();
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        Could you tell me how I can sleep better at night, please?                | en
        No puedo dormir por la noche, ¿qué me recomiendas para estar mejor?       | es
        Ich kann nachts nicht schlafen, was soll ich tun?                         | de
        Je ne dors pas bien la nuit, que me conseillez-vous ?                     | fr
        Não consigo dormir à noite, o que você me recomenda? Estou muito cansado  | pt
        Non riesco a dormire la notte, cosa mi consigli per stare più tranquillo? | it
        hi                                                                        | ''
        4711 0815 {} xyz                                                          | ''
        """)
    void tellsTheLanguageOrNothing(String text, String language) {
        assertThat(traits(text).language()).isEqualTo(language);
    }
}
