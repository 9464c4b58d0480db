package dev.formulary.routes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// A mail server that takes mails only over connections that were encrypted by STARTTLS (RFC 3207), and remembers what it heard
/// before and after that.
final class StarttlsServer implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final SSLContext tls = SSLContext.getInstance("TLS");
    private final List<String> clear = new CopyOnWriteArrayList<>();
    private final List<String> encrypted = new CopyOnWriteArrayList<>();

    /// @param keys a key store with the password `changeit`
    StarttlsServer(Path keys) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, "changeit".toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, "changeit".toCharArray());
        tls.init(managers.getKeyManagers(), null, null);
        Thread.ofVirtual().start(this::serve);
    }

    int port() {
        return server.getLocalPort();
    }

    /// What it heard that anybody on the way could read.
    List<String> inClear() {
        return clear;
    }

    /// What it heard that nobody on the way could read.
    List<String> encrypted() {
        return encrypted;
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                var in = lines(socket);
                say(socket, "220 here");
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    clear.add(line);
                    if (line.equals("STARTTLS")) {
                        say(socket, "220 go on");
                        encrypt(socket);
                        break;
                    }
                    say(socket, line.startsWith("EHLO") ? "250-here\r\n250 STARTTLS" : "530 encrypt first");
                }
            } catch (IOException e) {
                // the client has gone, or the test is over
            }
        }
    }

    private static BufferedReader lines(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    private void encrypt(Socket socket) throws IOException {
        try (var secret = (SSLSocket) tls.getSocketFactory().createSocket(socket, null, false)) {
            secret.setUseClientMode(false);
            var in = lines(secret);
            boolean data = false;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                encrypted.add(line);
                data = line.equals("DATA") || (data && !line.equals("."));
                if (!data || line.equals("DATA")) {
                    say(secret, answer(line));
                }
            }
        }
    }

    private static String answer(String line) {
        return switch (line.split(" ", 2)[0]) {
            case "EHLO" -> "250-here\r\n250 AUTH PLAIN";
            case "AUTH" -> "235 welcome";
            case "DATA" -> "354 go on";
            case "." -> "250 queued as 17";
            default -> "250 yes";
        };
    }

    private static void say(Socket socket, String answer) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write((answer + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
