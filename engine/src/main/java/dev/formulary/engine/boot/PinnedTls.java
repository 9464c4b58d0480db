package dev.formulary.engine.boot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/// Trusts a gateway of this home folder: it must show the very certificate that stands in its file, by whatever name it is
/// asked.
final class PinnedTls implements X509TrustManager {
    private final Certificate own;

    private PinnedTls(Certificate own) {
        this.own = own;
    }

    /// @param certificate the file of the gateway's certificate
    /// @throws IOException when it can't be read
    static void apply(HttpsURLConnection connection, Path certificate) throws IOException {
        try (InputStream in = Files.newInputStream(certificate)) {
            var trust = new PinnedTls(CertificateFactory.getInstance("X.509").generateCertificate(in));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[]{trust}, null);
            connection.setSSLSocketFactory(context.getSocketFactory());
            connection.setHostnameVerifier((_, _) -> true);
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificate in " + certificate + " can't be read", e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
        if (!chain[0].equals(own)) {
            throw new CertificateException("who answers shows another certificate than the configuration names");
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
        throw new CertificateException("this is a client");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
