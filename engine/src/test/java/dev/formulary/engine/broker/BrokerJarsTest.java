package dev.formulary.engine.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerJarsTest {
    private static final String MAKER = "META-INF/services/" + LocalBroker.Maker.class.getName();

    @TempDir
    Path folder;

    private BrokerTerms terms() {
        return new BrokerTerms(folder, List.of(), new Admission("g", Map.of("g", "x"), List.of()), 1, 1, 1, 1, 1, 1,
                Duration.ofDays(1));
    }

    /// A broker whose class is this test's, in a JAR.
    private void jar(Class<?> type) throws Exception {
        try (OutputStream file = Files.newOutputStream(folder.resolve("broker.jar"));
                var jar = new JarOutputStream(file)) {
            jar.putNextEntry(new JarEntry(MAKER));
            jar.write(type.getName().getBytes(StandardCharsets.UTF_8));
            String path = type.getName().replace('.', '/') + ".class";
            jar.putNextEntry(new JarEntry(path));
            try (var bytes = type.getClassLoader().getResourceAsStream(path)) {
                bytes.transferTo(jar);
            }
        }
    }

    @Test
    void aBrokerSeesTheSharedPackageAndNoneOfTheEnginesLibraries() throws Exception {
        jar(outsider());

        BrokerJars.start(folder, terms()).close();

        assertThat(System.getProperty("outsider")).isEqualTo("closed, without vertx");
    }

    private static Class<?> outsider() throws ClassNotFoundException {
        return Class.forName("dev.formulary.outsider.Outsider");
    }

    @Test
    void whatIsMissingIsNamed() throws Exception {
        assertThatIOException().isThrownBy(() -> BrokerJars.start(null, terms()))
                .withMessageContaining("mqtt.embedded: the broker's JARs are not here; start the gateway with");
        assertThatIOException().isThrownBy(() -> BrokerJars.start(folder.resolve("x"), terms()))
                .withMessageContaining(folder.resolve("x").toString());
        assertThatIOException().isThrownBy(() -> BrokerJars.start(folder, terms()))
                .withMessageContaining("no broker is among the JARs");
    }
}
