package dev.formulary.engine.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.provider.PluginStatus.State;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Only JARs that somebody trusted has signed, checked with the JDK's own tools.
@Timeout(120)
class JarSignersTest {
    private static final String PASSWORD = "not-a-secret";
    private final Path folder;

    JarSignersTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private void tool(String name, String... arguments) throws Exception {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", name).toString());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private String makeKey(String alias) throws Exception {
        Path store = folder.resolve("keys.p12");
        tool("keytool", "-genkeypair", "-alias", alias, "-dname", "CN=" + alias, "-keyalg", "EC", "-keystore",
                store.toString(), "-storepass", PASSWORD);
        var keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return HexFormat.of().formatHex(
                MessageDigest.getInstance("SHA-256").digest(keys.getCertificate(alias).getEncoded()));
    }

    private Path signed(String alias) throws Exception {
        Path jar = folder.resolve("signed-by-" + alias + ".jar");
        new PluginBuilder("1.0.0").into(jar);
        tool("jarsigner", "-keystore", folder.resolve("keys.p12").toString(), "-storepass", PASSWORD, jar.toString(),
                alias);
        return jar;
    }

    /// The same JAR with one entry more, or with other bytes in one.
    private Path changed(Path jar, String name) throws Exception {
        Path other = folder.resolve("changed-" + jar.getFileName());
        try (var in = new ZipInputStream(Files.newInputStream(jar));
                var out = new ZipOutputStream(Files.newOutputStream(other))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                out.putNextEntry(new ZipEntry(entry.getName()));
                byte[] bytes = in.readAllBytes();
                out.write(entry.getName().equals(name) ? "9.9.9".getBytes(StandardCharsets.UTF_8) : bytes);
            }
            if (name.isEmpty()) {
                out.putNextEntry(new ZipEntry("acme/stowaway.txt"));
                out.write(1);
            }
        }
        return other;
    }

    private String reason(Path jar, String trusted) throws Exception {
        try (var plugins = new PluginFolder(Files.createTempDirectory(folder, "home"),
                new Settings.Plugins("signature", List.of(trusted.toUpperCase(Locale.ROOT))), Duration.ofSeconds(1))) {
            Files.copy(jar, plugins.jar("echo.jar"));
            plugins.settle();
            PluginStatus status = plugins.providers.status().getFirst();
            return status.state() == State.REFUSED ? status.reason() : "serves";
        }
    }

    @Test
    void onlyWhatATrustedSignerSignedAndNobodyChangedIsLoaded() throws Exception {
        String friend = makeKey("friend");
        String stranger = makeKey("stranger");
        Path unsigned = folder.resolve("unsigned.jar");
        new PluginBuilder("1.0.0").into(unsigned);

        assertThat(reason(signed("friend"), friend)).isEqualTo("serves");
        assertThat(reason(signed("stranger"), friend)).isEqualTo("none of its signers is among those of"
                + " 'plugins.allow'; to trust it add " + stranger);
        assertThat(reason(unsigned, friend)).contains("is not signed; sign the JAR with jarsigner");
        assertThat(reason(changed(signed("friend"), "acme/version.txt"), friend))
                .startsWith("it was changed after it had been signed");
        assertThat(reason(changed(signed("friend"), ""), friend)).contains("'acme/stowaway.txt' in it is not signed");
    }
}
