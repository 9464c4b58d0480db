package dev.formulary.routes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A mail server that answers some commands as a test says, and is silent where it says nothing.
final class SmtpScript implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final Map<String, String> answers;

    /// @param answers by command, such as `RCPT`; empty for silence. All others are answered with yes
    SmtpScript(Map<String, String> answers) throws IOException {
        this.answers = answers;
        Thread.ofVirtual().start(this::serve);
    }

    int port() {
        return server.getLocalPort();
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept();
                    var in = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
                say(socket, answers.getOrDefault("", "220 here"));
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    say(socket, answer(line));
                }
            } catch (IOException e) {
                // the client has gone, or the test is over
            }
        }
    }

    private @Nullable String answer(String line) {
        String command = line.split(" ", 2)[0];
        return switch (command) {
            case "DATA" -> answers.getOrDefault(command, "354 go on");
            case ".", "EHLO", "MAIL", "RCPT", "RSET", "QUIT" -> answers.getOrDefault(command, "250 yes");
            default -> null;
        };
    }

    private static void say(Socket socket, @Nullable String answer) throws IOException {
        if (answer != null && !answer.isEmpty()) {
            socket.getOutputStream().write((answer + "\r\n").getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
