package dev.formulary.engine.transport;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;

/// A file with the authorities that may have signed a server's certificate.
final class Authorities {
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[]{'\n'});

    private Authorities() {}

    /// Trusts these and no others. Equal files make equal options, so that they share connections.
    ///
    /// @param setting that names the file, for complaints
    /// @throws IOException when it can't be read or holds none; the message is for the user
    static ClientSSLOptions trusted(Path file, String setting) throws IOException {
        var all = new StringBuilder();
        for (PemFile.Block block : PemFile.read(file, setting).blocks()) {
            if (block.label().equals("CERTIFICATE")) {
                all.append("-----BEGIN CERTIFICATE-----\n")
                        .append(LINES.encodeToString(checked(block.der(), file, setting)))
                        .append("\n-----END CERTIFICATE-----\n");
            }
        }
        if (all.isEmpty()) {
            throw new IOException(setting + ": " + file + " holds no certificate in PEM format");
        }
        return new ClientSSLOptions().setHostnameVerificationAlgorithm("HTTPS").setTrustOptions(new PemTrustOptions()
                .addCertValue(Buffer.buffer(all.toString().getBytes(StandardCharsets.US_ASCII))));
    }

    private static byte[] checked(byte[] der, Path file, String setting) throws IOException {
        try {
            CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            return der;
        } catch (CertificateException e) {
            throw new IOException(setting + ": " + file + " holds a certificate that can't be read", e);
        }
    }
}
