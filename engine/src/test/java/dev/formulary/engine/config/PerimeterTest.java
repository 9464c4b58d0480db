package dev.formulary.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PerimeterTest {
    private static final Path HOME = Path.of("/home/gateway");
    private static final String KEYS = "keys: [{ name: a, key: b }]\n";

    private static Settings read(String yaml) throws ConfigurationException {
        return Configuration.read(yaml, HOME, Map.of());
    }

    @Test
    void everySettingIsRead() throws Exception {
        Settings settings = read(KEYS + """
            server:
              max-connections: 9
              max-connections-per-address: 0
              tls: { certificate: conf/a.pem, key: /etc/b.pem, client-ca: c.pem }
              hosts: [Chat.Example.org]
              cors: { origins: ["https://chat.example.org", "http://127.0.0.1:3000"] }
              h2c: { port: 9000, host: 10.0.0.1 }
            management: { tls: { certificate: a, key: b }, hosts: [m.example.org], admin-key: x }
            """);

        assertThat(settings.server().perimeter()).isEqualTo(new Perimeter(
                new Perimeter.Tls(HOME.resolve("conf/a.pem"), Path.of("/etc/b.pem"), HOME.resolve("c.pem")), 9, 0,
                Set.of("chat.example.org", "localhost", "[::1]", "127.0.0.1"),
                Set.of("https://chat.example.org", "http://127.0.0.1:3000"), false,
                new Perimeter.ClearText("10.0.0.1", 9000)));
        assertThat(settings.management().perimeter().tls())
                .isEqualTo(new Perimeter.Tls(HOME.resolve("a"), HOME.resolve("b"), null));
        assertThat(settings.management().perimeter().hosts()).contains("m.example.org");
    }

    @Test
    void withoutKeysAPortOnLoopbackGoesByTheNamesOfThisMachine() throws Exception {
        Settings settings = read("server: { host: LOCALHOST }\n".toLowerCase(java.util.Locale.ROOT));

        assertThat(settings.server().perimeter().open()).isTrue();
        assertThat(settings.server().perimeter().hosts()).containsExactlyInAnyOrder("localhost", "[::1]", "127.0.0.1");
        assertThat(settings.management().perimeter().hosts()).contains("localhost");
        assertThat(read(KEYS).server().perimeter()).isEqualTo(Perimeter.USUAL);
        assertThat(read("management: { admin-key: x }").management().perimeter()).isEqualTo(Perimeter.USUAL);
    }

    @Test
    void tellsPortsThatCanBeReadOnTheWay() throws Exception {
        String everywhere = KEYS + "server: { host: 0.0.0.0%s }";
        Settings plain = read(everywhere.formatted(""));
        Settings encrypted = read(everywhere.formatted(", tls: { certificate: a, key: b }"));

        assertThat(plain.server().perimeter().readableAt(plain.server().host())).isTrue();
        assertThat(encrypted.server().perimeter().readableAt(encrypted.server().host())).isFalse();
        assertThat(read("").server().perimeter().readableAt("127.0.0.1")).isFalse();
    }

    @Test
    void http2WithoutTlsIsSpokenOnThisMachineUnlessSaidOtherwise() throws Exception {
        assertThat(read("").server().perimeter().h2c()).isNull();
        Perimeter.ClearText near = read("server: { h2c: { port: 9 } }").server().perimeter().h2c();
        assertThat(near).isEqualTo(new Perimeter.ClearText("127.0.0.1", 9));
        assertThat(new Perimeter.ClearText("127.0.0.1", 9).readable()).isFalse();
        assertThat(new Perimeter.ClearText("0.0.0.0", 9).readable()).isTrue();
    }

    @Test
    void picturesAreFetchedFromNowhereUnlessConfigured() throws Exception {
        assertThat(read("").fetch()).isEqualTo(FetchSettings.USUAL);
        FetchSettings fetch = read("""
            fetch:
              images: { hosts: ["*.Example.org"], max-size: 1MiB, timeout: 2s, plain-http: true, pass-on: never }
            """).fetch();
        assertThat(fetch).isEqualTo(new FetchSettings(java.util.List.of("*.example.org"), 1 << 20,
                java.time.Duration.ofSeconds(2), true, FetchSettings.PassOn.NEVER));
        assertThat(fetch.allows("a.example.org")).isTrue();
        assertThat(fetch.allows("example.org")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        server: {tls: {certificate: a}}        | server.tls.key: is missing
        management: {tls: {key: a}}            | management.tls.certificate: is missing
        server: {tls: {certificate: a, key: }} | server.tls.key: must be text
        server: {tls: {cert: a}}               | server.tls.cert: is not a setting
        server: {cors: {origins: ["*"]}}       | server.cors.origins[0]: must be where a web page comes from
        server: {cors: {origins: ["https://a.b/"]}} | * is not possible
        management: {cors: {origins: []}}      | management.cors: is not a setting
        server: {hosts: ["a.b:80"]}            | server.hosts[0]: must be a host name
        fetch: {images: {hosts: ["*"]}}        | fetch.images.hosts[0]: must be a host name
        fetch: {images: {pass-on: maybe}}      | fetch.images.pass-on: must be never or elsewhere or always
        server: {h2c: {host: 127.0.0.1}}       | server.h2c.port: is missing
        server: {h2c: {port: 0}}               | server.h2c.port: must be a whole number from 1
        server: {h2c: {port: 8080}}            | server.h2c.port: must differ from server.port, which is 8080 too
        server: {h2c: {port: 8081}}            | management.port: must differ from server.h2c.port, which is 8081 too
        server: {h2c: {port: 9, host: 0.0.0.0}} | server.h2c.host: lets other machines call without a key
        management: {h2c: {port: 9}}           | management.h2c: is not a setting
        server: {max-connections: 0}           | server.max-connections: must be a whole number from 1
        """)
    void whatIsWrongIsTold(String yaml, String complaint) {
        ConfigurationException refusal = catchThrowableOfType(ConfigurationException.class, () -> read(yaml));

        assertThat(refusal.complaints()).anySatisfy(line -> assertThat(line.toString()).contains(complaint));
    }
}
