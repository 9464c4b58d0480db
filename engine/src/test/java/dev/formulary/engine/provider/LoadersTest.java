package dev.formulary.engine.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.formulary.spi.Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which classes a plug-in sees, and that they go with it.
@Timeout(120)
class LoadersTest {
    private final PluginFolder folder;

    LoadersTest(@TempDir Path home) throws IOException {
        folder = new PluginFolder(home);
    }

    @AfterEach
    void stop() {
        folder.close();
    }

    @ParameterizedTest
    @CsvSource({"dev.formulary.engine.provider.Providers, hidden", "org.drools.drl.parser.DrlParser, hidden",
            "org.pf4j.PluginManager, hidden", "io.vertx.core.Vertx, hidden", "org.apache.camel.CamelContext, hidden",
            "ch.qos.logback.classic.Logger, hidden", "org.junit.jupiter.api.Test, hidden",
            "dev.formulary.spi.Provider, shown", "org.slf4j.Logger, shown", "org.jspecify.annotations.Nullable, shown",
            "com.fasterxml.jackson.databind.ObjectMapper, shown", "java.sql.Connection, shown",
            "java.net.http.HttpClient, shown"})
    void aPluginSeesTheContractAndThePlatformButNotTheGateway(String type, String expected) throws Exception {
        folder.put(new PluginBuilder("1").edit("new LateClass().version()", "look(\"" + type + "\")")
                .edit("/* close answer */\n    }", """
                    }
                        static String look(String name) {
                            try {
                                Class.forName(name);
                                return "shown";
                            } catch (ClassNotFoundException e) {
                                return "hidden";
                            }
                        }
                    """));

        assertThat(folder.ask("echo")).startsWith(expected);
    }

    @Test
    void resourcesOfTheGatewayAreHidden() throws Exception {
        folder.put(new PluginBuilder("1").edit("new LateClass().version()",
                "\"\" + Answer.class.getResource(\"/META-INF/maven/org.pf4j/pf4j/pom.xml\")"
                        + " + (Answer.class.getResource(\"/com/fasterxml/jackson/databind/ObjectMapper.class\") != null)"));

        assertThat(folder.ask("echo")).startsWith("nulltrue");
    }

    @Test
    void aPluginThatBringsTheContractUsesTheGatewaysAllTheSame() throws Exception {
        var plugin = new PluginBuilder("1.0.0");
        Path spi = Path.of(PluginBuilder.origin(Provider.class));
        for (String type : new String[]{"Provider", "ProviderFactory", "ModelCard", "ReplyStream"}) {
            String name = "dev/formulary/spi/" + type + ".class";
            plugin.file(name, Files.isDirectory(spi) ? Files.readAllBytes(spi.resolve(name)) : fromClassPath(name));
        }

        folder.put(plugin);

        assertThat(folder.ask("echo")).isEqualTo("1.0.0 own");
    }

    @Test
    void aPluginsOwnJacksonGoesBeforeTheGateways() throws Exception {
        var asks = "\"\" + (com.fasterxml.jackson.databind.util.NameTransformer.class.getClassLoader()"
                + " == Answer.class.getClassLoader())";
        folder.put(new PluginBuilder("1.0.0").edit("new LateClass().version()", asks));
        assertThat(folder.ask("echo")).startsWith("false");

        String name = "com/fasterxml/jackson/databind/util/NameTransformer.class";
        folder.put(new PluginBuilder("2.0.0").edit("new LateClass().version()", asks).file(name, fromClassPath(name)));
        assertThat(folder.ask("echo")).startsWith("true");
    }

    private static byte[] fromClassPath(String name) throws IOException {
        try (var in = ObjectMapper.class.getClassLoader().getResourceAsStream(name)) {
            return in == null ? new byte[0] : in.readAllBytes();
        }
    }

    @Test
    void aHundredReplacementsLeaveNoClassLoaderBehind() throws Exception {
        for (int version = 0; version <= 100; version++) {
            folder.put(new PluginBuilder(Integer.toString(version)));
            assertThat(folder.ask("echo")).isEqualTo(version + " own");
        }

        await().atMost(PluginFolder.PATIENCE).untilAsserted(() -> {
            System.gc();
            assertThat(folder.providers.leakedLoaders()).isZero();
            assertThat(folder.providers.status()).hasSize(1);
        });
    }

    @Test
    void aPluginThatLeavesAThreadBehindIsNoticed() throws Exception {
        folder.put(new PluginBuilder("1").edit("/* create */", """
            Thread left = new Thread(() -> {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    return;
                }
            }, "left-behind");
            left.setDaemon(true);
            left.start();
            """));
        folder.put(new PluginBuilder("2"));
        await().until(() -> folder.providers.status().size() == 1);

        System.gc();
        assertThat(folder.providers.leakedLoaders()).isEqualTo(1);

        Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().equals("left-behind"))
                .forEach(Thread::interrupt);
        await().atMost(PluginFolder.PATIENCE).untilAsserted(() -> {
            System.gc();
            assertThat(folder.providers.leakedLoaders()).isZero();
        });
    }
}
