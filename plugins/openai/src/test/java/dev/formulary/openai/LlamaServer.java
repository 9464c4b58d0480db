package dev.formulary.openai;

import static org.awaitility.Awaitility.await;

import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.testkit.JdkHttpTransport;
import dev.formulary.testkit.TestAttempt;
import dev.formulary.testkit.TestContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A real llama.cpp server on 127.0.0.1, with one thread.
final class LlamaServer implements AutoCloseable {
    private final Process process;
    private final int port;

    private LlamaServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /// Starts it and waits until it can be asked.
    ///
    /// @param folder where it works, and writes its log
    /// @param what which models to serve
    static LlamaServer start(String program, Path folder, String... what) throws IOException {
        int port = freePort();
        var command = new ArrayList<>(
                List.of(program, "--host", "127.0.0.1", "--port", Integer.toString(port), "-t", "1"));
        command.addAll(List.of(what));
        var server = new LlamaServer(new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile()).start(), port);
        try (var http = new JdkHttpTransport()) {
            Provider provider = server.provider(http);
            await().atMost(Duration.ofSeconds(60)).ignoreExceptions()
                    .untilAsserted(() -> provider.probe(TestAttempt.lasting(Duration.ofSeconds(2))));
            return server;
        } catch (ProviderException e) {
            throw new AssertionError(e);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    Provider provider(HttpTransport http) throws ProviderException {
        return new OpenAiFactory().create(new TestContext("llama.cpp",
                Map.of("base-url", "http://127.0.0.1:" + port + "/v1"), http));
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
