package dev.formulary.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.formulary.engine.config.Settings.BudgetEntry;
import dev.formulary.engine.config.Settings.ProviderEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {
    @TempDir
    Path home;

    @Test
    void aMissingFileMeansThatAllIsPreset() throws Exception {
        Settings settings = Configuration.load(home, Map.of());

        assertThat(settings.server().host()).isEqualTo("127.0.0.1");
        assertThat(settings.server().port()).isEqualTo(8080);
        assertThat(settings.management().port()).isEqualTo(8081);
        assertThat(settings.management().adminKey()).isNull();
        assertThat(settings.mqtt()).isNull();
        assertThat(settings.keys()).isEmpty();
        assertThat(settings.discover()).isTrue();
    }

    @Test
    void aFileOfCommentsIsLikeAMissingOne() throws Exception {
        Settings missing = Configuration.load(home, Map.of());

        assertThat(load("# nothing\n\n# at all\n")).isEqualTo(missing);
        assertThat(load("server:\n#  port: 1\nkeys:\n")).isEqualTo(missing);
    }

    @Test
    void everySettingIsRead() throws Exception {
        Settings settings = load("""
            node: ward-3
            server:
              host: 0.0.0.0
              port: 0
              max-body: 64KiB
              max-in-flight: 7
              read-timeout: 500ms
              idle-timeout: 5m
              call-timeout: 2h
              drain: 1d
            management: { host: "::1", port: 9001, admin-key: sesame }
            keys:
              - name: clinic
                key: abc
                tenant: ward
            providers:
              - id: home
                kind: openai
                base-url: http://127.0.0.1:1234/v1
                timeout: 3
                models: [{ id: m, price: 0.5 }, x]
            aliases:
              auto:fast: home/m
            policy: { paid: true, firing-limit: 5, time-budget: 3ms, scenarios: warn, tokens: count }
            cache: { enabled: false, max-size: 1GiB }
            queue: { most: 5, memory: 0.8, gpu-memory: 0.7 }
            breaker: { failure-rate: 0.25, window: 4, minimum-calls: 2, open-for: 1s, half-open-calls: 1 }
            budgets:
              - { id: month, scope: "tenant:ward", limit: 5.25, period: month }
            load: { every: 10s }
            mqtt: { url: "mqtts://broker:8883", user: u, password: "1234", receive-maximum: 9, ca: ca.pem,
                    version: 3.1.1, keep-answers: 2h, state-every: 1m,
                    home-assistant: { enabled: true, prefix: ha/x, name: Our house, commands: false } }
            inbox: { enabled: false, parallel: 2 }
            plugins:
              verify: sha256
              allow: ["%s"]
            sessions:
              { idle: 2h, most: 7, hand-over-tokens: 9, history: { keep: mqtt-and-file, turns: 5, tokens: 600,
                retention: 3d, max-size: 2MiB, keep-private: true, key: "0123456789abcdef0123456789abcdef" } }
            decisions: { keep: 3, store: false, retention: 2d, max-size: 2MiB, personal: hash }
            ledger: { retention: 3d, days: 4d, max-size: 2MiB, reference: home/m }
            discover: false
            """.formatted("ab".repeat(32)));

        assertThat(settings.node()).isEqualTo("ward-3");
        assertThat(settings.server()).isEqualTo(new Settings.Server("0.0.0.0", 0, 65_536, 7, Duration.ofMillis(500),
                Duration.ofMinutes(5), Duration.ofHours(2), Duration.ofDays(1)));
        assertThat(settings.management()).isEqualTo(new Settings.Management("::1", 9001, new Secret("sesame")));
        assertThat(settings.keys()).containsExactly(new Settings.Key("clinic", new Secret("abc"), "ward"));
        assertThat(settings.providers()).usingRecursiveFieldByFieldElementComparatorIgnoringFields("places")
                .containsExactly(new ProviderEntry("home", "openai",
                        Map.of("base-url", "http://127.0.0.1:1234/v1", "timeout", 3,
                                "models", List.of(Map.of("id", "m", "price", 0.5), "x"))));
        assertThat(settings.providers().getFirst().places()).hasEntrySatisfying("timeout",
                place -> assertThat(place).matches("conf/formulary.yaml:\\d+:14"));
        assertThat(settings.aliases()).isEqualTo(Map.of("auto:fast", "home/m"));
        assertThat(settings.policy())
                .isEqualTo(new Settings.Policy(true, 5, Duration.ofMillis(3), Settings.Scenarios.WARN,
                        Settings.Tokens.COUNT));
        assertThat(settings.cache()).isEqualTo(new Settings.Cache(false, 1L << 30, Duration.ofHours(1)));
        assertThat(settings.queue()).isEqualTo(new Settings.Queue(5, 0.8, 0.7));
        assertThat(settings.breaker()).isEqualTo(new Settings.Breaker(0.25, 4, 2, 0.8,
                Duration.ofSeconds(60), Duration.ofSeconds(1), Duration.ofMinutes(5), 1));
        assertThat(settings.budgets()).containsExactly(new BudgetEntry("month", "tenant:ward", 5_250_000, "month",
                BudgetTerms.USUAL));
        assertThat(settings.load().every()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.mqtt())
                .isEqualTo(new MqttSettings("mqtts://broker:8883", "u", new Secret("1234"), 9,
                        home.resolve("ca.pem"), "3.1.1", Duration.ofHours(2), Duration.ofMinutes(1),
                        new HomeAssistant(true, "ha/x", "Our house", false), null));
        assertThat(settings.inbox()).isEqualTo(new Settings.Inbox(false, 2));
        assertThat(settings.plugins()).isEqualTo(new Settings.Plugins("sha256", List.of("ab".repeat(32))));
        assertThat(settings.decisions())
                .isEqualTo(new Settings.Decisions(3, false, Duration.ofDays(2), 2 << 20, "hash"));
        assertThat(settings.ledger()).isEqualTo(new LedgerSettings(Duration.ofDays(3), Duration.ofDays(4), 2 << 20,
                "home/m"));
        assertThat(settings.sessions()).isEqualTo(new Settings.Sessions(Duration.ofHours(2), 7, 9,
                new Settings.History(Whose.MQTT_AND_FILE, 5, 600, Duration.ofDays(3), 2 << 20, true,
                        new Secret("0123456789abcdef0123456789abcdef"))));
        assertThat(settings.discover()).isFalse();
    }

    @Test
    void allThatIsWrongIsToldAtOnceInTheOrderOfTheFile() {
        assertThat(complaints("""
            servr:
              port: 1
            server:
              port: eighty
              drain: 10
            cache:
              max-size: 1 MB
            budgets:
              - id: a
                scope: everybody
                limit: five
                period: year
              - id: a
            """)).containsExactly(
                "conf/formulary.yaml:1:1 servr: is not a setting; did you mean \"server\"?",
                "conf/formulary.yaml:4:9 server.port: must be a whole number from 0 to 65535, not \"eighty\"",
                "conf/formulary.yaml:5:10 server.drain: must be a duration from 0d to 1d,"
                        + " for example 500ms, 10s, 5m, 2h or 1d, not \"10\"",
                "conf/formulary.yaml:7:13 cache.max-size: must be a size from 64KiB to 1024GiB,"
                        + " for example 64KiB, 32MiB or 1GiB, not \"1 MB\"",
                "conf/formulary.yaml:10:12 budgets[0].scope: must be total, tenant:NAME, key:NAME, tag:NAME"
                        + " or provider:NAME; tenant:* and key:* are for each by itself, not \"everybody\"",
                "conf/formulary.yaml:11:12 budgets[0].limit: must be an amount in dollars, for example 5.00,"
                        + " not \"five\"",
                "conf/formulary.yaml:12:13 budgets[0].period: must be hour or day or week or month, not \"year\"",
                "conf/formulary.yaml:13:5 budgets[1].scope: is missing",
                "conf/formulary.yaml:13:5 budgets[1].limit: is missing",
                "conf/formulary.yaml:13:5 budgets[1].period: is missing",
                "conf/formulary.yaml:13:9 budgets[1].id: stands in an entry above already; each must differ");
    }

    @Test
    void nothingOfWhatIsSaidIsKeptUnlessSaidWhoseAndHowItIsLocked() throws Exception {
        assertThat(load("sessions: { most: 7 }").sessions().history()).isEqualTo(Settings.History.USUAL)
                .extracting(Settings.History::keep).isEqualTo(Whose.OFF);
        for (String word : List.of("off", "mqtt", "file", "all")) {
            assertThat(load("sessions: { history: { keep: " + word + " } }").sessions().history().keep().name())
                    .isEqualToIgnoringCase(word);
        }
        assertThat(complaints("""
            sessions:
              history:
                keep: everybody
                turns: 0
                tokens: 200000
                retention: 1s
                max-size: 1KiB
                keep-private: maybe
                key: short
                retentoin: 1d
            """)).containsExactly(
                "conf/formulary.yaml:3:11 sessions.history.keep: must be off or mqtt or file or mqtt-and-file or all,"
                        + " not \"everybody\"",
                "conf/formulary.yaml:4:12 sessions.history.turns: must be a whole number from 1 to 1000, not \"0\"",
                "conf/formulary.yaml:5:13 sessions.history.tokens: must be a whole number from 1 to 100000",
                "conf/formulary.yaml:6:16 sessions.history.retention: must be a duration from 1m to 3650d,"
                        + " for example 500ms, 10s, 5m, 2h or 1d, not \"1s\"",
                "conf/formulary.yaml:7:15 sessions.history.max-size: must be a size from 1MiB to 1024GiB,"
                        + " for example 64KiB, 32MiB or 1GiB, not \"1KiB\"",
                "conf/formulary.yaml:8:19 sessions.history.keep-private: must be true or false, not \"maybe\"",
                "conf/formulary.yaml:9:10 sessions.history.key: must have at least 32 characters that nobody can guess;"
                        + " \"openssl rand -base64 32\" gives some",
                "conf/formulary.yaml:10:5 sessions.history.retentoin: is not a setting; did you mean \"retention\"?");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        maxBody: 1KiB         | max-body
        max_in_flight: 1      | max-in-flight
        prot: 1               | port
        Host: localhost       | host
        call-timout: 1s       | call-timeout
        """)
    void anUnknownKeyIsAnsweredWithTheNearestRightOne(String line, String right) {
        assertThat(complaints("server:\n  " + line + "\n")).singleElement().asString()
                .startsWith("conf/formulary.yaml:2:3 server.").endsWith("did you mean \"" + right + "\"?");
    }

    @Test
    void anUnknownKeyUnlikeAllOthersIsAnsweredWithAllOfThem() {
        assertThat(complaints("inbox:\n  zebra: 1\n")).containsExactly(
                "conf/formulary.yaml:2:3 inbox.zebra: is not a setting; here are enabled, parallel");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        server: 8080                         | 1:9 server: must hold settings
        server: [1]                          | 1:9 server: must hold settings
        keys: 5                              | 1:7 keys: must be a list
        keys: [a]                            | 1:8 keys[0]: must hold settings
        policy: { tokens: exact }            | 1:19 policy.tokens: must be estimate or count
        policy: { tokens: 1 }                | 1:19 policy.tokens: must be estimate or count
        policy: { token: count }             | 1:11 policy.token: is not a setting; did you mean "tokens"?
        node: 5                              | 1:7 node: must be letters, digits and hyphens, not "5"
        node: [a]                            | 1:7 node: must be letters, digits and hyphens, not a list
        node:                                | 1:6 node: must be letters, digits and hyphens; nothing stands here
        discover: yes                        | 1:11 discover: must be true or false, not "yes"
        server: {port: 65536}                | 1:16 server.port: must be a whole number from 0 to 65535
        server: {port: 1.5}                  | 1:16 server.port: must be a whole number
        breaker: {failure-rate: 1.1}         | 1:25 breaker.failure-rate: must be a number from 0 to 1
        breaker: {window: 5, minimum-calls: 6} | breaker.minimum-calls: must be a whole number from 1 to 5
        server: {host: x y}                  | 1:16 server.host: must be an address or a host name
        aliases: {fast: home}                | 1:17 aliases.fast: must be auto or provider/model, not "home"
        aliases: {a/b: home/m}               | 1:16 aliases.a/b: a name must be without spaces and slashes
        mqtt:                                | mqtt.url: is missing
        mqtt: {url: "mqtt://host", ca: a}    | mqtt.ca: is for mqtts:// only
        mqtt: {home-assistant: {prefix: a/+}} | mqtt.home-assistant.prefix: must be a topic without wildcards
        mqtt: {url: "mqtt://u:p@host"}       | 1:13 mqtt.url: must be mqtt://host:port
        plugins: {allow: [abc]}              | 1:19 plugins.allow[0]: must be a SHA-256 sum
        providers: [{kind: ollama}]          | 1:13 providers[0].id: is missing
        providers: [{id: a, base-url: }]     | providers[0].base-url: has no value
        keys: [{name: a, key: x}, {name: a, key: y}] | keys[1].name: stands in an entry above already
        management: {port: 8080}             | 1:20 management.port: must differ from server.port
        [1]                                  | 1:1 must hold settings
        just text                            | 1:1 must hold settings
        providers: [{id: a, accelerator: 3}] | providers[0].accelerator: must be lower-case letters, digits
        providers: [{id: a, accelerator: }]  | providers[0].accelerator: must be lower-case letters
        providers: [{id: a, accelerator: Card}] | providers[0].accelerator: must be lower-case letters
        providers: [{id: a, accelerator: [b]}] | accelerator: must be lower-case letters
        providers: [{id: a, accelerator: b}, {id: b}] | 1:34 providers[0].accelerator: must not be the id of a provider, as "b" is
        node: &a x                           |
        """)
    void whatIsWrongIsToldWithItsPlace(String yaml, String complaint) throws Exception {
        if (complaint == null) {
            assertThat(load(yaml).node()).isEqualTo("x");
        } else {
            assertThat(complaints(yaml)).anySatisfy(line -> assertThat(line).contains(complaint));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        server:\\n\\tport: 1            | 2:1 is indented with a tab; use spaces
        server: {port: 1               | is not YAML:
        node: a\\nnode: b               | 2:1 node: stands here for the second time, after line 1
        node: a\\n---\\nnode: b          | has a second document; keep one
        node: &a x\\nserver: {host: *a} | 2:16 server.host: refers to an anchor
        """)
    void whatYamlForbidsIsToldWithItsPlace(String yaml, String complaint) {
        assertThat(complaints(yaml.translateEscapes())).anySatisfy(line -> assertThat(line).contains(complaint));
    }

    @Test
    void environmentVariablesAreReplaced() throws Exception {
        write("""
            node: ${NODE}
            server: { port: "${PORT:-9000}", host: "${HOST:-localhost}" }
            providers:
              - id: a
                api-key: "Bearer ${KEY}!"
                price: $${NODE} costs $5
                # ${IGNORED} in a comment
            """);

        Settings settings = Configuration.load(home, Map.of("NODE", "n1", "KEY", "k", "HOST", ""));

        assertThat(settings.node()).isEqualTo("n1");
        assertThat(settings.server().port()).isEqualTo(9000);
        assertThat(settings.server().host()).isEqualTo("localhost");
        assertThat(settings.providers().getFirst().settings()).isEqualTo(Map.of("api-key", "Bearer k!",
                "price", "${NODE} costs $5"));
    }

    @Test
    void aMissingEnvironmentVariableIsNamed() {
        assertThat(complaints("providers:\n  - id: a\n    api-key: ${VENDOR_KEY}\n")).containsExactly(
                "conf/formulary.yaml:3:14 providers[0].api-key: the environment variable VENDOR_KEY is not set;"
                        + " set it, or write ${VENDOR_KEY:-default}");
        assertThat(complaints("node: ${1X}")).singleElement().asString().contains("does not name an environment");
        assertThat(complaints("node: ${X")).singleElement().asString().contains("without \"}\"");
    }

    @Test
    void theEnvironmentOverridesPorts() throws Exception {
        write("server: { port: 1 }\nmanagement: { port: 2 }\n");

        Settings settings = Configuration.load(home, Map.of("FORMULARY_PORT", "0", "FORMULARY_MANAGEMENT_PORT", "7"));

        assertThat(settings.server().port()).isZero();
        assertThat(settings.management().port()).isEqualTo(7);
        assertThatThrownBy(() -> Configuration.load(home, Map.of("FORMULARY_PORT", "http")))
                .hasMessage("environment FORMULARY_PORT: must be a port from 0 to 65535");
    }

    @Test
    void aPublicAddressWithoutKeysIsRefused() throws Exception {
        String keys = "keys: [{ name: a, key: b }]\n";

        assertThat(complaints("server: { host: 0.0.0.0 }")).singleElement().asString()
                .startsWith("conf/formulary.yaml:1:17 server.host: lets other machines call without a key");
        assertThat(complaints("management: { host: example.org }")).singleElement().asString()
                .contains("management.host: lets other machines manage");
        assertThat(complaints(keys + "management: { host: 0.0.0.0 }")).hasSize(1);
        assertThat(complaints("management: { host: 0.0.0.0, admin-key: c }")).hasSize(1);
        assertThat(load(keys + "management: { host: 0.0.0.0, admin-key: c }\nserver: { host: 10.0.0.1 }").keys())
                .hasSize(1);
        assertThat(load("server: { host: localhost }").server().host()).isEqualTo("localhost");
    }

    @Test
    void secretsAreNeverPrinted() throws Exception {
        write("""
            management: { admin-key: hunter2 }
            keys: [{ name: a, key: hunter2 }]
            mqtt: { url: "mqtt://x:1", password: hunter2 }
            providers:
              - id: a
                api-key: hunter2
                base-url: http://me:hunter2@host/v1
                headers: { x-auth: hunter2, list: [{ Secret: hunter2 }] }
            """);

        assertThat(Configuration.load(home, Map.of()).toString()).doesNotContain("hunter2").contains("base-url");
        assertThat(complaints("keys: [{ name: a, key: 271828 }]\nserver: { port: \"${K:-x}\" }"))
                .allSatisfy(line -> assertThat(line).doesNotContain("271828"));
    }

    @Test
    void theValueOfAVariableIsNotShownWhenItIsWrong() throws Exception {
        write("server: { port: \"${API_KEY}\" }");

        assertThatThrownBy(() -> Configuration.load(home, Map.of("API_KEY", "hunter2")))
                .hasMessageContaining("not \"${API_KEY}\"").hasMessageNotContaining("hunter2");
    }

    @Test
    void aFileThatIsNoTextIsRefused() throws Exception {
        Files.createDirectories(home.resolve("conf"));
        Files.write(home.resolve(Configuration.FILE), new byte[]{(byte) 0xff, (byte) 0xfe, 0});

        assertThatThrownBy(() -> Configuration.load(home, Map.of()))
                .hasMessage("conf/formulary.yaml:1:1 is not UTF-8 text; save it as UTF-8");
    }

    @Test
    void aFolderInPlaceOfTheFileIsRefused() throws Exception {
        Files.createDirectories(home.resolve(Configuration.FILE));

        assertThatThrownBy(() -> Configuration.load(home, Map.of())).hasMessageContaining("cannot be read");
    }

    private Settings load(String yaml) throws IOException, ConfigurationException {
        write(yaml);
        return Configuration.load(home, Map.of());
    }

    private List<String> complaints(String yaml) {
        ConfigurationException refusal = catchThrowableOfType(ConfigurationException.class, () -> load(yaml));
        assertThat(refusal).as("refusal of %s", yaml).isNotNull();
        return refusal.complaints().stream().map(Complaint::toString).toList();
    }

    private void write(String yaml) throws IOException {
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve(Configuration.FILE), yaml);
    }
}
