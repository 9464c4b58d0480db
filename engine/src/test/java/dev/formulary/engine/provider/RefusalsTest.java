package dev.formulary.engine.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.provider.PluginStatus.State;
import dev.formulary.spi.Spi;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// A bad JAR is refused with the reason and harms nothing.
@Timeout(60)
class RefusalsTest {
    private final PluginFolder folder;

    RefusalsTest(@TempDir Path home) throws IOException {
        folder = new PluginFolder(home);
    }

    @AfterEach
    void stop() {
        folder.close();
    }

    static Stream<Arguments> badPlugins() {
        return Stream.of(
                arguments(plugin().manifest("Plugin-Id", null), "the manifest has no Plugin-Id;"),
                arguments(plugin().manifest("Plugin-Id", "a b"), "Plugin-Id 'a b' must be letters"),
                arguments(plugin().manifest("Plugin-Version", " "), "the manifest has no Plugin-Version;"),
                arguments(plugin().manifest("Plugin-Requires", null), "the manifest has no Plugin-Requires;"),
                arguments(plugin().manifest("Plugin-Requires", ">=2.0.0"),
                        "Plugin-Requires '>=2.0.0' does not admit this gateway's SPI " + Spi.VERSION),
                arguments(plugin().manifest("Plugin-Requires", "[1.0,2.0)"),
                        "Plugin-Requires '[1.0,2.0)' is not a range of versions"),
                arguments(plugin().manifest("Plugin-Requires", "rubbish"),
                        "Plugin-Requires 'rubbish' is not a range of versions"),
                arguments(plugin().manifest("Plugin-Dependencies", "base@1.0.0"),
                        "Plugin-Dependencies is not supported"),
                arguments(plugin().file(PluginBuilder.SERVICES, new byte[0]), "the JAR names no provider factory"),
                arguments(plugin().file(PluginBuilder.SERVICES, "acme.NoSuchClass".getBytes(UTF_8)),
                        "loading the provider factories failed: ServiceConfigurationError"),
                arguments(plugin().file(PluginBuilder.SERVICES, "acme.Echo".getBytes(UTF_8)),
                        "loading the provider factories failed: ServiceConfigurationError"),
                arguments(plugin().kind("No Kind"), "its kind of provider 'No Kind' must be lower-case"),
                arguments(plugin().edit("return \"echo\"", "return null"), "its kind of provider 'null' must be"),
                arguments(plugin().edit("/* constructor */", "throw new IllegalStateException(\"cannot\");"),
                        "loading the provider factories failed: IllegalStateException: cannot"),
                arguments(
                        plugin().edit("/* static */",
                                "static { if (true) throw new IllegalStateException(\"worse\"); }"),
                        "loading the provider factories failed: IllegalStateException: worse"),
                arguments(plugin().edit("/* constructor */", "new EchoFactory();"),
                        "loading the provider factories failed: StackOverflowError"),
                arguments(plugin().edit("/* constructor */",
                        "try { new CountDownLatch(1).await(); } catch (InterruptedException e) { }"),
                        "loading the provider factories took longer than 2000 ms"),
                arguments(plugin().edit("/* create */", "if (true) return null;"), "create() gave no provider"),
                arguments(plugin().edit("/* create */",
                        "try { new CountDownLatch(1).await(); } catch (InterruptedException e) { }"),
                        "create() took longer than 2000 ms"),
                arguments(plugin().edit("/* create */", "if (true) throw new NoClassDefFoundError(\"acme/Gone\");"),
                        "create() failed: NoClassDefFoundError: acme/Gone"),
                arguments(
                        plugin().edit("/* create */",
                                "if (true) throw new ProviderException(FailureCategory.SERVER, \"odd\");"),
                        "the provider 'echo' can't be made: odd"));
    }

    private static PluginBuilder plugin() {
        return new PluginBuilder("1.0.0");
    }

    @ParameterizedTest
    @MethodSource("badPlugins")
    void aBadPluginIsRefusedWithTheReasonBesideAGoodOne(PluginBuilder bad, String reason) throws Exception {
        folder.put("good.jar", new PluginBuilder("1.0.0").manifest("Plugin-Id", "good").kind("good"));

        folder.put("bad.jar", bad);

        assertThat(folder.only(State.REFUSED).reason()).contains(reason);
        assertThat(folder.only(State.REFUSED).file()).isEqualTo("bad.jar");
        assertThat(folder.ask("good")).isEqualTo("1.0.0 own");
        assertThat(folder.ask("echo")).isEqualTo("nobody");
        assertThat(folder.events).filteredOn(event -> event.kind() == PluginEvent.Kind.REFUSED).singleElement()
                .satisfies(event -> assertThat(event.reason()).contains(reason));
    }

    @Test
    void whatIsNoJarAtAllIsRefused() throws Exception {
        Files.writeString(folder.jar("text.jar"), "this is not a JAR");
        Files.createFile(folder.jar("empty.jar"));
        Files.createDirectory(folder.jar("folder.jar"));
        Files.writeString(folder.jar("notes.txt"), "not looked at");
        folder.settle();

        assertThat(folder.providers.status()).extracting(PluginStatus::file).containsExactly("empty.jar", "text.jar");
        assertThat(folder.providers.status()).extracting(PluginStatus::reason)
                .allMatch(reason -> reason.startsWith("the file is not a whole JAR"));
    }

    @Test
    void aHugeFileIsRefusedBesideAGoodOne() throws Exception {
        folder.put("good.jar", plugin());
        try (var file = new RandomAccessFile(folder.jar("huge.jar").toFile(), "rw")) {
            file.setLength((1L << 30) + 1);
        }
        folder.settle();

        assertThat(folder.only(State.REFUSED).reason())
                .isEqualTo("the file has 1073741825 bytes; a plug-in may have 1073741824");
        assertThat(folder.ask("echo")).isEqualTo("1.0.0 own");
    }

    @Test
    void aJarWithoutAManifestIsRefused() throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("something"));
            zip.closeEntry();
        }
        Files.write(folder.jar("plain.jar"), bytes.toByteArray());
        folder.settle();

        assertThat(folder.only(State.REFUSED).reason()).startsWith("the JAR has no manifest");
    }

    @Test
    void flippedBytesAreFoundBeforeTheyAreNeeded() throws Exception {
        byte[] noise = new byte[20_000];
        new Random(1).nextBytes(noise);
        byte[] jar = plugin().file("noise.bin", noise).bytes();
        for (int i = 0; i < 100; i++) {
            jar[jar.length - 10_000 + i] ^= 0x55;
        }
        Files.write(folder.jar("echo.jar"), jar);
        folder.settle();

        assertThat(folder.only(State.REFUSED).reason()).containsAnyOf("the JAR is damaged at 'noise.bin'",
                "the file is not a whole JAR");
    }

    @Test
    void aClassForALaterJavaIsRefused() throws Exception {
        String source = "package acme;\npublic final class Later { }\n";
        var later = plugin().source(source, "acme.Later").bytesOf("acme/Later.class");
        later[7] = 90;
        folder.put(plugin().source(source, "acme.Later").file("acme/Later.class", later));

        assertThat(folder.only(State.REFUSED).reason()).contains("UnsupportedClassVersionError");
    }

    @Test
    void aSecondFactoryForTheSameKindIsRefused() throws Exception {
        folder.put(plugin()
                .file(PluginBuilder.SERVICES, "acme.EchoFactory\nacme.EchoFactory$Second".getBytes(UTF_8))
                .edit("/* static */", """
                    public static final class Second implements ProviderFactory {
                        public String kind() {
                            return "echo";
                        }

                        public Provider create(ProviderContext context) {
                            return null;
                        }
                    }
                    """));

        assertThat(folder.only(State.REFUSED).reason())
                .isEqualTo("it has two factories for the kind of provider 'echo'");
    }

    @Test
    void withVerifyOnlyJarsOnTheListAreLoaded(@TempDir Path home) throws Exception {
        byte[] jar = plugin().bytes();
        String sum = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(jar));
        var settings = new Settings.Plugins("sha256", List.of(sum.toUpperCase(Locale.ROOT)));
        try (var strict = new PluginFolder(home, settings, Duration.ofSeconds(30))) {
            Files.write(strict.jar("echo.jar"), jar);
            strict.put("other.jar", plugin().manifest("Plugin-Id", "other").kind("other"));

            assertThat(strict.ask("echo")).isEqualTo("1.0.0 own");
            PluginStatus refused = strict.only(State.REFUSED);
            assertThat(refused.file()).isEqualTo("other.jar");
            assertThat(refused.reason()).endsWith("to allow it add " + refused.sha256());
        }
    }

    @ParameterizedTest
    @CsvSource({"1.0.0, >=1.0.0 & <2.0.0, true", "1.4.2, >=1.0.0 & <2.0.0, true", "2.0.0, >=1.0.0 & <2.0.0, false",
            "2.0.0-rc1, >=1.0.0 & <2.0.0, false", "2.0.0-rc1, >=2.0.0, true", "1.0.0, 1.x, true", "1.0.0, ^1.2, false",
            "1.0.0, *, true"})
    void aPreReleaseOfTheGatewayCountsAsTheRelease(String offered, String requires, boolean fits) {
        var version = new SpiVersion();
        if (fits) {
            assertThatCode(() -> version.check(offered, requires)).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> version.check(offered, requires)).isInstanceOf(Refusal.class)
                    .hasMessageContaining(offered);
        }
        assertThat(version.compareVersions("1.2.0", "1.10.0")).isNegative();
    }
}
