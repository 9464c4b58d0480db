package dev.formulary.engine.boot;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;

/// Answers everything alike, in the place of a gateway, and remembers what it was asked.
final class StubNode implements Runner.Running {
    record Asked(String method, String path, String context, String authorization, String extra, String body) {}

    final List<Asked> asked = new CopyOnWriteArrayList<>();
    volatile boolean closed;
    private final HttpServer server;
    private final int status;
    private final String answer;

    StubNode(int status, String answer) throws IOException {
        this.status = status;
        this.answer = answer;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::serve);
        server.start();
    }

    /// Runs a command in a home folder whose gateway this is, without an environment.
    int run(Path folder, Writer out, Writer err, String... arguments) throws IOException {
        var properties = new Properties();
        properties.setProperty("user.home", folder.toString());
        var terminal = new Terminal(InputStream.nullInputStream(), new PrintWriter(out, true),
                new PrintWriter(err, true), Map.of(), properties);
        Files.createDirectories(Objects.requireNonNull(terminal.home().configuration().getParent()));
        Files.writeString(terminal.home().configuration(), "server: { port: 0 }\nmanagement: { port: "
                + managementPort() + " }\n");
        return CommandLineOf.terminal(terminal, (_, _) -> this, Assembly.ruleCheck()).execute(arguments);
    }

    private void serve(HttpExchange exchange) throws IOException {
        var headers = exchange.getRequestHeaders();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add(new Asked(exchange.getRequestMethod(), exchange.getRequestURI().getPath(),
                headers.getOrDefault("X-Formulary-Context", List.of("")).getFirst(),
                headers.getOrDefault("Authorization", List.of("")).getFirst(),
                headers.getOrDefault("X-extra", List.of("")).getFirst(), body));
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public int managementPort() {
        return port();
    }

    @Override
    public void close() {
        closed = true;
        server.stop(0);
    }
}
