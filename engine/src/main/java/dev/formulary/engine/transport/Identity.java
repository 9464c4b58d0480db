package dev.formulary.engine.transport;

import dev.formulary.engine.config.Perimeter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// A certificate with its key, checked: they belong together, the chain is in order and the time is right.
///
/// @param chain the server's certificate first
/// @param callers who may call, or null for anybody
record Identity(List<X509Certificate> chain, PrivateKey key, @Nullable X509ExtendedTrustManager callers) {
    private static final byte[] PROBE = {1, 2, 3, 4};

    /// @param setting which port, `server` or `management`, for complaints
    /// @throws IOException when they can't serve, saying which file, what is wrong and what would be right
    static Identity read(Perimeter.Tls files, String setting, Instant now) throws IOException {
        String at = setting + ".tls.";
        List<X509Certificate> chain = certificates(PemFile.read(files.certificate(), at + "certificate"),
                at + "certificate");
        PrivateKey key = key(PemFile.read(files.key(), at + "key"), at + "key", chain.getFirst());
        if (!belong(chain.getFirst(), key)) {
            boolean later = chain.stream().skip(1).anyMatch(each -> belong(each, key));
            throw new IOException(later
                    ? at + "certificate: in " + files.certificate() + " the server's own certificate must come first"
                    : at + "key: " + files.key() + " is not the key of the certificate in " + files.certificate());
        }
        checkTime(chain, at + "certificate: " + files.certificate(), now);
        checkOrder(chain, at + "certificate: " + files.certificate());
        return new Identity(chain, key, files.clientCa() == null
                ? null
                : callers(certificates(PemFile.read(files.clientCa(), at + "client-ca"), at + "client-ca")));
    }

    /// When the first certificate of the chain ends.
    Instant end() {
        return chain.stream().map(each -> each.getNotAfter().toInstant()).min(Instant::compareTo).orElseThrow();
    }

    private static List<X509Certificate> certificates(PemFile file, String setting) throws IOException {
        List<X509Certificate> all = new ArrayList<>();
        for (PemFile.Block block : file.blocks()) {
            if (block.label().equals("CERTIFICATE")) {
                try {
                    all.add((X509Certificate) CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(block.der())));
                } catch (GeneralSecurityException e) {
                    throw new IOException(setting + ": " + file.path() + " holds a certificate that can't be read", e);
                }
            }
        }
        if (all.isEmpty()) {
            throw new IOException(setting + ": " + file.path() + " holds no certificate in PEM format, with the line "
                    + "-----BEGIN CERTIFICATE-----");
        }
        return List.copyOf(all);
    }

    private static PrivateKey key(PemFile file, String setting, X509Certificate certificate) throws IOException {
        for (PemFile.Block block : file.blocks()) {
            if (!block.label().endsWith("PRIVATE KEY")) {
                continue;
            }
            if (block.label().startsWith("ENCRYPTED") || block.headers().contains("ENCRYPTED")) {
                throw new IOException(setting + ": " + file.path() + " has a passphrase; write it without one, with "
                        + "\"openssl pkey -in OLD -out NEW\", readable by the gateway's user only");
            }
            byte[] der = block.label().equals("PRIVATE KEY")
                    ? block.der()
                    : Der.pkcs8(certificate.getPublicKey().getEncoded(), block.der());
            try {
                return KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
                        .generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (GeneralSecurityException e) {
                throw new IOException(setting + ": " + file.path() + " holds no key of the certificate's kind, "
                        + certificate.getPublicKey().getAlgorithm(), e);
            }
        }
        throw new IOException(setting + ": " + file.path() + " holds no private key in PEM format, with the line "
                + "-----BEGIN PRIVATE KEY-----");
    }

    private static boolean belong(X509Certificate certificate, PrivateKey key) {
        String algorithm = switch (certificate.getPublicKey().getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case String other -> other;
        };
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(PROBE);
            Signature checking = Signature.getInstance(algorithm);
            checking.initVerify(certificate.getPublicKey());
            checking.update(PROBE);
            return checking.verify(signing.sign());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static void checkTime(List<X509Certificate> chain, String at, Instant now) throws IOException {
        for (int i = 0; i < chain.size(); i++) {
            String which = i == 0 ? "" : ", certificate " + (i + 1) + " of the file,";
            if (chain.get(i).getNotAfter().toInstant().isBefore(now)) {
                throw new IOException(at + which + " expired at " + chain.get(i).getNotAfter().toInstant());
            }
            if (chain.get(i).getNotBefore().toInstant().isAfter(now)) {
                throw new IOException(at + which + " is valid only from " + chain.get(i).getNotBefore().toInstant()
                        + "; is the clock of this machine right?");
            }
        }
    }

    private static void checkOrder(List<X509Certificate> chain, String at) throws IOException {
        for (int i = 1; i < chain.size(); i++) {
            try {
                chain.get(i - 1).verify(chain.get(i).getPublicKey());
            } catch (GeneralSecurityException e) {
                throw new IOException(at + ": certificate " + (i + 1) + " did not sign certificate " + i
                        + "; each must be followed by that of its authority", e);
            }
        }
    }

    private static X509ExtendedTrustManager callers(List<X509Certificate> authorities) throws IOException {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry("ca-" + i, authorities.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            for (TrustManager each : factory.getTrustManagers()) {
                if (each instanceof X509ExtendedTrustManager found) {
                    return found;
                }
            }
            throw new IOException("this Java has no trust manager for X.509");
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificates of callers' authorities can't be used", e);
        }
    }
}
