package dev.formulary.engine.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.TrustManagerFactory;

/// Whom a TLS connection to a broker, or to another server that is configured, trusts.
public final class Trust {
    private Trust() {}

    /// Trusts these authorities and no others, of a broker.
    static TrustManagerFactory of(Path file) throws IOException {
        return of(file, "mqtt.ca");
    }

    /// Trusts these authorities and no others.
    ///
    /// @param file X.509 certificates in PEM format
    /// @param setting that names the file
    /// @throws IOException when it can't be read or holds none; the message is for the user
    public static TrustManagerFactory of(Path file, String setting) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> all = CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (all.isEmpty()) {
                throw new IOException(setting + ": " + file + " holds no certificate in PEM format");
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate each : all) {
                store.setCertificateEntry("ca-" + store.size(), each);
            }
            var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory;
        } catch (NoSuchFileException e) {
            throw new IOException(setting + ": there is no file " + file, e);
        } catch (GeneralSecurityException e) {
            throw new IOException(setting + ": " + file + " holds no certificate in PEM format: " + e.getMessage(), e);
        }
    }
}
