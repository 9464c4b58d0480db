package dev.formulary.testkit;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/// A vendor's server on 127.0.0.1 for tests: it answers as OpenAI or Ollama do, or misbehaves as a test wants, remembers
/// what it was asked, and counts the callers that hung up. Thread-safe.
///
/// ```
/// try (VendorServer vendor = VendorServer.openai()) {
///     vendor.next("/v1/chat/completions", VendorReply.throttled("7"), VendorReply.hang());
///     ...   // vendor.baseUrl() is what a provider is given
/// }
/// ```
@NullMarked
public final class VendorServer implements AutoCloseable {

    /// What was asked.
    ///
    /// @param headers by name in lower case
    /// @param body as it came
    public record Request(String method, String path, Map<String, String> headers, byte[] body) {
        /// The body as text.
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        /// Whether the body asks for a stream; `whenSilent` is the vendor's own default.
        boolean streams(boolean whenSilent) {
            String compact = text().replace(" ", "");
            return whenSilent ? !compact.contains("\"stream\":false") : compact.contains("\"stream\":true");
        }
    }

    private final String basePath;
    private final ServerSocket server;
    private final Thread accepting;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, VendorReply> always = new ConcurrentHashMap<>();
    private final Map<String, Queue<VendorReply>> scripted = new HashMap<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger aborted = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();

    private VendorServer(String basePath, int port) {
        this.basePath = basePath;
        try {
            server = new ServerSocket();
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        accepting = Thread.ofVirtual().start(this::accept);
    }

    /// A server without any path: all is 404 until a test says otherwise.
    public static VendorServer bare() {
        return new VendorServer("", 0);
    }

    /// OpenAI-shaped, with the model `gpt-test`, which answers "Hello from the vendor."
    public static VendorServer openai() {
        return openai(0);
    }

    /// The same on a given port, for one that comes back after it was away.
    public static VendorServer openai(int port) {
        var vendor = new VendorServer("/v1", port);
        vendor.always("/v1/models", VendorReply.openaiModels("gpt-test", "text-embed-test"));
        vendor.always("/v1/chat/completions", VendorReply.openai("Hello", " from", " the vendor."));
        vendor.always("/v1/embeddings", VendorReply.openaiEmbeddings());
        return vendor;
    }

    /// Ollama-shaped, with the model `llama-test:latest`, which answers "Hello from the vendor."
    public static VendorServer ollama() {
        var vendor = new VendorServer("", 0);
        vendor.always("/", VendorReply.text(200, "Ollama is running"));
        vendor.always("/api/version", VendorReply.json(200, "{\"version\":\"0.30.0\"}"));
        vendor.always("/api/tags", VendorReply.ollamaTags("llama-test:latest"));
        vendor.always("/api/ps", VendorReply.json(200, "{\"models\":[]}"));
        vendor.always("/api/show", VendorReply.ollamaShow(8192, "completion", "tools"));
        vendor.always("/api/chat", VendorReply.ollama("Hello", " from", " the vendor."));
        vendor.always("/api/embed", VendorReply.ollamaEmbeddings());
        return vendor;
    }

    /// What a provider's `base-url` is to be; it ends in `/v1` for OpenAI.
    public String baseUrl() {
        return "http://127.0.0.1:" + server.getLocalPort() + basePath;
    }

    /// The port on 127.0.0.1.
    public int port() {
        return server.getLocalPort();
    }

    /// From now on, requests to the path are answered so.
    public VendorServer always(String path, VendorReply reply) {
        always.put(path, reply);
        return this;
    }

    /// The next requests to the path are answered so, one each; those behind as always.
    public VendorServer next(String path, VendorReply... replies) {
        synchronized (scripted) {
            scripted.computeIfAbsent(path, _ -> new ArrayDeque<>()).addAll(List.of(replies));
        }
        return this;
    }

    /// What was asked so far, oldest first.
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /// What was asked of the path so far, oldest first.
    public List<Request> requests(String path) {
        return requests.stream().filter(request -> request.path().equals(path)).toList();
    }

    /// The last request to the path.
    public Request last(String path) {
        List<Request> all = requests(path);
        if (all.isEmpty()) {
            throw new AssertionError(
                    "nobody asked for " + path + " of " + requests.stream().map(Request::path).toList());
        }
        return all.getLast();
    }

    /// How many callers hung up before their answer was complete, in good order or by a reset. Who did so before all of the
    /// question was there has asked nothing.
    public int aborted() {
        return aborted.get();
    }

    /// How many connections were opened.
    public int connections() {
        return connections.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                connections.incrementAndGet();
                threads.execute(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new BufferedInputStream(socket.getInputStream());
            for (Request request = read(in); request != null; request = read(in)) {
                requests.add(request);
                var wire = new VendorWire(socket, in);
                if (!answer(request, wire)) {
                    return;
                }
            }
        } catch (IOException e) {
            // a connection that ends between requests
        } finally {
            open.remove(socket);
        }
    }

    private boolean answer(Request request, VendorWire wire) throws IOException {
        try {
            replyTo(request.path()).write(request, wire);
            return wire.complete();
        } catch (VendorWire.HungUp e) {
            aborted.incrementAndGet();
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private VendorReply replyTo(String path) {
        synchronized (scripted) {
            Queue<VendorReply> script = scripted.get(path);
            VendorReply first = script == null ? null : script.poll();
            if (first != null) {
                return first;
            }
        }
        return always.getOrDefault(path, VendorReply.json(404, "{\"error\":{\"message\":\"no such path\"}}"));
    }

    private static @Nullable Request read(InputStream in) throws IOException {
        String start = line(in);
        if (start == null) {
            return null;
        }
        var headers = new HashMap<String, String>();
        for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
        }
        String[] words = start.split(" ", 3);
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException();
        }
        return new Request(words[0], words[1], Map.copyOf(headers), body);
    }

    private static @Nullable String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0 && line.isEmpty()) {
                return null;
            }
            if (next < 0) {
                throw new EOFException();
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    /// Hangs up on everybody; from its return on, nobody is there to connect to.
    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
        awaitTheListenersEnd();
    }

    /// The system's socket listens until the thread that waits on it has woken up, which is after `ServerSocket.close()`.
    private void awaitTheListenersEnd() {
        try {
            accepting.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
