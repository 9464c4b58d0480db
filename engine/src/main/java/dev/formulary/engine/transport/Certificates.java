package dev.formulary.engine.transport;

import dev.formulary.engine.config.Perimeter;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// The certificate of one port. Its files may change while the port serves: connections go on with what they began with, new
/// ones get what is read then. Files that can't serve change nothing. Thread-safe.
public final class Certificates {
    /// A handshake takes two round trips.
    private static final long MOST_HANDSHAKE_MS = 10_000;

    private final Perimeter.Tls files;
    private final String setting;
    private final Clock clock;
    private volatile Serving serving;
    private volatile Serving former;
    private volatile String problem = "";
    private volatile List<String> read = List.of();

    /// @param alias by which a handshake that asks twice gets both parts of the same
    private record Serving(String alias, Identity identity) {}

    /// @param setting which port, for complaints
    /// @throws IOException when the files can't serve, saying why
    public Certificates(Perimeter.Tls files, String setting, Clock clock) throws IOException {
        this.files = files;
        this.setting = setting;
        this.clock = clock;
        this.read = stamps();
        this.serving = new Serving("0", Identity.read(files, setting, clock.instant()));
        this.former = serving;
    }

    /// Has a server use them: TLS 1.2 or 1.3, HTTP/2 and HTTP/1.1 by ALPN.
    void apply(HttpServerOptions options, long readTimeoutMs) {
        options.setSsl(true).setUseAlpn(true).setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
                .setKeyCertOptions(KeyCertOptions.wrap(new Keys()))
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"))
                .setSslHandshakeTimeout(Math.min(readTimeoutMs, MOST_HANDSHAKE_MS))
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
        if (files.clientCa() != null) {
            options.setClientAuth(ClientAuth.REQUIRED).setTrustOptions(TrustOptions.wrap(new Callers()));
        }
    }

    /// The same for a server that the JDK encrypts for.
    public SSLContext context() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[]{new Keys()},
                    files.clientCa() == null ? new TrustManager[0] : new TrustManager[]{new Callers()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("each JDK has TLS", e);
        }
    }

    /// Reads the files again.
    ///
    /// @return whether others serve than before
    public boolean renew() {
        List<String> stamps = stamps();
        if (stamps.equals(read) && problem.isEmpty()) {
            return false;
        }
        read = stamps;
        try {
            Identity next = Identity.read(files, setting, clock.instant());
            problem = "";
            Serving now = serving;
            boolean other = !next.chain().equals(now.identity().chain()) || !next.key().equals(now.identity().key());
            former = now;
            serving = new Serving(other ? Integer.toString(Integer.parseInt(now.alias()) + 1) : now.alias(), next);
            return other;
        } catch (IOException e) {
            problem = String.valueOf(e.getMessage());
            return false;
        }
    }

    /// What tells a file that was written or put in another's place.
    private List<String> stamps() {
        return Stream.of(files.certificate(), files.key(), files.clientCa()).filter(Objects::nonNull).map(file -> {
            try {
                var seen = Files.readAttributes(file, BasicFileAttributes.class);
                return seen.lastModifiedTime() + " " + seen.size() + " " + seen.fileKey();
            } catch (IOException e) {
                return "";
            }
        }).toList();
    }

    /// Why the files, as they are now, do not serve; empty when they do.
    public String problem() {
        return problem;
    }

    /// When what serves ends.
    public Instant end() {
        return serving.identity().end();
    }

    private Identity of(String alias) {
        Serving now = serving;
        return now.alias().equals(alias) ? now.identity() : former.identity();
    }

    /// What the JDK asks for the certificate in each handshake. A caller whose kinds of keys are others finds no cipher.
    private final class Keys extends X509ExtendedKeyManager {
        @Override
        public @Nullable String chooseEngineServerAlias(String kind, Principal @Nullable [] issuers,
                @Nullable SSLEngine engine) {
            Serving now = serving;
            return kind.equals(now.identity().key().getAlgorithm()) ? now.alias() : null;
        }

        @Override
        public @Nullable String chooseServerAlias(String kind, Principal @Nullable [] issuers,
                @Nullable Socket socket) {
            return chooseEngineServerAlias(kind, issuers, null);
        }

        @Override
        public String[] getServerAliases(String kind, Principal @Nullable [] issuers) {
            return new String[]{serving.alias()};
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return of(alias).chain().toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return of(alias).key();
        }

        @Override
        public String @Nullable [] getClientAliases(String kind, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseClientAlias(String[] kinds, Principal @Nullable [] issuers,
                @Nullable Socket socket) {
            return null;
        }
    }

    /// Whom the JDK asks about the certificate of each caller.
    private final class Callers extends X509ExtendedTrustManager {
        private X509ExtendedTrustManager now() {
            return Objects.requireNonNull(serving.identity().callers(), "asked for only where there are authorities");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
                throws CertificateException {
            now().checkClientTrusted(chain, kind, engine);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket)
                throws CertificateException {
            now().checkClientTrusted(chain, kind, socket);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
            now().checkClientTrusted(chain, kind);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("this is a server");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket)
                throws CertificateException {
            throw new CertificateException("this is a server");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
            throw new CertificateException("this is a server");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return now().getAcceptedIssuers();
        }
    }
}
