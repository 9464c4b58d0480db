package dev.formulary.engine.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a channel is. Addresses may hold secrets, so nothing of these is ever shown but [#kind] and [#place].
public sealed interface AlertTarget {

    /// As in the file: `log`, `webhook`, `mqtt`, `home-assistant` or `email`.
    String kind();

    /// Where it leads, without anything that could be secret: a host with its port, a topic, or nothing.
    String place();

    /// A line in the log.
    record Log() implements AlertTarget {
        @Override
        public String kind() {
            return "log";
        }

        @Override
        public String place() {
            return "";
        }
    }

    /// A POST to a web server.
    ///
    /// @param secret signs the body; null leaves it unsigned
    /// @param token sent as a bearer token, or null
    /// @param ca a file with the authorities that may have signed the server's certificate; null for those of the JDK
    record Webhook(URI url, @Nullable Secret secret, @Nullable Secret token, @Nullable Path ca) implements AlertTarget {
        /// To a server whose certificate is one that the JDK trusts.
        public Webhook(URI url, @Nullable Secret secret, @Nullable Secret token) {
            this(url, secret, token, null);
        }

        @Override
        public String kind() {
            return "webhook";
        }

        @Override
        public String place() {
            return AlertTarget.place(url);
        }

        @Override
        public String toString() {
            return "Webhook[" + place() + "]";
        }
    }

    /// A message to the configured broker.
    record Mqtt(String topic) implements AlertTarget {
        @Override
        public String kind() {
            return "mqtt";
        }

        @Override
        public String place() {
            return topic;
        }
    }

    /// A notify service of Home Assistant.
    ///
    /// @param url where its API is, without `/api`
    /// @param service the name behind `notify.`
    /// @param token a long-lived access token
    /// @param ca a file with the authorities that may have signed its certificate; null for those of the JDK
    record HomeAssistant(URI url, String service, Secret token, @Nullable Path ca) implements AlertTarget {
        /// At a server whose certificate is one that the JDK trusts.
        public HomeAssistant(URI url, String service, Secret token) {
            this(url, service, token, null);
        }

        @Override
        public String kind() {
            return "home-assistant";
        }

        @Override
        public String place() {
            return AlertTarget.place(url);
        }

        @Override
        public String toString() {
            return "HomeAssistant[" + place() + ", service=" + service + "]";
        }
    }

    /// A mail by SMTP.
    ///
    /// @param user null where the server asks for none; then so is the password
    /// @param ca a file with the authorities that may have signed the server's certificate; null for those of the JDK
    record Mail(String host, int port, Security security, @Nullable String user, @Nullable Secret password,
            @Nullable Path ca, String from, List<String> to) implements AlertTarget {

        /// How the connection is protected.
        public enum Security {
            /// Encrypted before anything is said, or nothing is sent.
            STARTTLS,
            /// Encrypted from the beginning.
            TLS,
            /// Not at all.
            NONE
        }

        @Override
        public String kind() {
            return "email";
        }

        @Override
        public String place() {
            return host + ":" + port;
        }
    }

    private static String place(URI url) {
        int port = url.getPort() >= 0 ? url.getPort() : "https".equalsIgnoreCase(url.getScheme()) ? 443 : 80;
        return url.getHost() + ":" + port;
    }
}
