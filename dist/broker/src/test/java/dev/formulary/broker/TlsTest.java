package dev.formulary.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.broker.BrokerTerms;
import dev.formulary.engine.broker.BrokerTerms.Door;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A port that speaks TLS, as the engine starts it.
class TlsTest {
    private static final String PASSWORD = "only of this test";

    @TempDir
    Path folder;

    @Test
    void onlyWhoTrustsTheCertificateComesIn() throws Exception {
        House house = House.at(folder);
        BrokerTerms plain = house.terms();
        SSLContext context = context();
        var terms = new BrokerTerms(plain.folder(), List.of(new Door("127.0.0.1", house.port(), context, false)),
                plain.admission(), plain.maxMessage(), plain.maxConnections(), plain.maxSessions(), plain.maxTopics(),
                plain.maxWaiting(), plain.maxMemory(), plain.away());
        try (var _ = new ArtemisMaker().start(terms);
                var client = new Client("ssl://127.0.0.1:" + house.port(), "client").connect(trusting(context));
                var stranger = new Client("ssl://127.0.0.1:" + house.port(), "stranger");
                var unencrypted = new Client(house.port(), "unencrypted")) {
            client.subscribe("formulary/secret");
            client.publish("formulary/secret", "told", false);

            await().atMost(Duration.ofSeconds(20)).until(() -> client.texts().equals(List.of("told")));
            assertThatExceptionOfType(MqttException.class).isThrownBy(stranger::connect);
            assertThatExceptionOfType(MqttException.class).isThrownBy(unencrypted::connect);
        }
    }

    @Test
    void aContextOfAnotherBrokerIsNotFound() throws Exception {
        var contexts = new HandedContexts();
        String name = contexts.hand(SSLContext.getDefault());
        contexts.forget();

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> contexts.getSSLContext(
                        org.apache.activemq.artemis.spi.core.remoting.ssl.SSLContextConfig.builder()
                                .keystorePath(name).build(),
                        java.util.Map.of()))
                .withMessage("not a context of this gateway");
    }

    private static MqttConnectionOptions trusting(SSLContext context) {
        MqttConnectionOptions options = Client.options();
        options.setSocketFactory(context.getSocketFactory());
        return options;
    }

    /// With a certificate of its own that it trusts.
    private SSLContext context() throws Exception {
        Path file = folder.resolve("keys.p12");
        var made = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", "broker", "-keyalg", "EC", "-groupname", "secp256r1", "-dname",
                "CN=127.0.0.1", "-ext", "SAN=ip:127.0.0.1", "-storetype", "PKCS12", "-keystore", file.toString(),
                "-storepass", PASSWORD).inheritIO().start();
        assertThat(made.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        var own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD.toCharArray());
        var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }
}
