package dev.formulary.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class VendorServerTest {
    private static final String CHAT = "/v1/chat/completions";

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static HttpRequest request(VendorServer vendor, String path, String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + vendor.port() + path))
                .timeout(Duration.ofSeconds(1)).POST(HttpRequest.BodyPublishers.ofString(body)).build();
    }

    private String post(VendorServer vendor, String path, String body) throws Exception {
        return client.send(request(vendor, path, body), BodyHandlers.ofString()).body();
    }

    @Test
    void looksLikeOpenAi() throws Exception {
        try (var vendor = VendorServer.openai()) {
            assertThat(vendor.baseUrl()).isEqualTo("http://127.0.0.1:" + vendor.port() + "/v1");
            assertThat(post(vendor, CHAT, "{}")).contains("\"content\":\"Hello from the vendor.\"")
                    .contains("\"finish_reason\":\"stop\"");
            assertThat(post(vendor, CHAT, "{\"stream\": true}")).startsWith("data: {")
                    .contains("{\"content\":\" from\"}")
                    .endsWith("data: [DONE]\n\n");
            assertThat(post(vendor, "/v1/models", "")).contains("\"id\":\"gpt-test\"");
            assertThat(post(vendor, "/v1/embeddings", "{\"input\":[\"a\",\"bcd\"]}")).contains("[1.0,1.0]")
                    .contains("[3.0,1.0]");
            assertThat(post(vendor, "/v1/embeddings", "{\"input\":\"ab\"}")).contains("[2.0,1.0]");
            assertThat(post(vendor, "/v1/other", "{}")).contains("no such path");
        }
    }

    @Test
    void looksLikeOllama() throws Exception {
        try (var vendor = VendorServer.ollama()) {
            assertThat(post(vendor, "/", "")).isEqualTo("Ollama is running");
            assertThat(post(vendor, "/api/chat", "{}").lines()).hasSize(4).last().asString()
                    .contains("\"done_reason\":\"stop\"");
            assertThat(post(vendor, "/api/chat", "{\"stream\":false}")).contains("Hello from the vendor.");
            assertThat(post(vendor, "/api/tags", "")).contains("\"name\":\"llama-test:latest\"");
            assertThat(post(vendor, "/api/show", "{}")).contains("\"llama.context_length\":8192");
            assertThat(post(vendor, "/api/embed", "{\"input\":[\"a\"]}")).contains("[[1,1]]");
        }
    }

    @Test
    void remembersWhatItWasAsked() throws Exception {
        try (var vendor = VendorServer.openai()) {
            post(vendor, CHAT, "{\"a\":\"ä\"}");
            post(vendor, "/v1/models", "");
            assertThat(vendor.requests()).hasSize(2);
            assertThat(vendor.last(CHAT).text()).isEqualTo("{\"a\":\"ä\"}");
            assertThat(vendor.last(CHAT).method()).isEqualTo("POST");
            assertThat(vendor.connections()).isEqualTo(1);
            assertThatThrownBy(() -> vendor.last("/nowhere")).hasMessageContaining("nobody asked for /nowhere");
        }
    }

    @Test
    void misbehavesOnceAndThenBehavesAgain() throws Exception {
        try (var vendor = VendorServer.openai()) {
            vendor.next(CHAT, VendorReply.throttled("7"), VendorReply.serverError(), VendorReply.slam(),
                    VendorReply.hang());
            HttpResponse<String> throttled = client.send(request(vendor, CHAT, "{}"), BodyHandlers.ofString());
            assertThat(throttled.statusCode()).isEqualTo(429);
            assertThat(throttled.headers().firstValue("retry-after")).contains("7");
            assertThat(client.send(request(vendor, CHAT, "{}"), BodyHandlers.ofString()).statusCode()).isEqualTo(500);
            assertThatThrownBy(() -> post(vendor, CHAT, "{}")).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> post(vendor, CHAT, "{}")).isInstanceOf(HttpTimeoutException.class);
            await().until(() -> vendor.aborted() == 1);
            assertThat(post(vendor, CHAT, "{}")).contains("Hello");
        }
    }

    @Test
    void endsStreamsInEveryWay() throws Exception {
        try (var vendor = VendorServer.bare()) {
            vendor.always("/a", VendorReply.lines(VendorReply.Ending.COMPLETE, "x", "y"));
            vendor.always("/b", VendorReply.events(VendorReply.Ending.CUT, "x"));
            vendor.always("/c", VendorReply.events(VendorReply.Ending.STALL, "x"));
            vendor.always("/d", VendorReply.pieces("text/plain", "slow", 3, 1));
            assertThat(post(vendor, "/a", "")).isEqualTo("x\ny\n");
            assertThatThrownBy(() -> post(vendor, "/b", "")).isInstanceOf(IOException.class);
            try (InputStream body = client.send(request(vendor, "/c", ""), BodyHandlers.ofInputStream()).body()) {
                assertThat(body.readNBytes(9)).asString().isEqualTo("data: x\n\n");
            }
            await().until(() -> vendor.aborted() == 1);
            assertThat(post(vendor, "/d", "")).isEqualTo("slow");
        }
    }

    @Test
    void countsWhoHangsUpInWhicheverWay() throws Exception {
        var answering = new Semaphore(0);
        try (var vendor = VendorServer.bare().always("/waits", (_, wire) -> {
            wire.head("text/plain");
            wire.chunk("nobody reads this");
            answering.release();
            wire.untilHungUp();
        }).always("/pauses", (_, wire) -> {
            answering.release();
            wire.pause(60_000);
            wire.end();
        })) {
            ask(vendor, "POST /waits HTTP/1.1\r\nContent-Length: 9\r\n\r\nhal").close();
            int count = 0;
            for (String path : List.of("/waits", "/pauses")) {
                for (boolean reset : List.of(true, false)) {
                    try (Socket caller = ask(vendor, "GET " + path + " HTTP/1.1\r\n\r\n")) {
                        caller.setSoLinger(reset, 0);
                        answering.acquire();
                    }
                    int gone = ++count;
                    await().until(() -> vendor.aborted() == gone);
                }
            }
            assertThat(vendor.requests()).hasSize(count);
        }
    }

    private static Socket ask(VendorServer vendor, String request) throws IOException {
        var caller = new Socket(InetAddress.getLoopbackAddress(), vendor.port());
        caller.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return caller;
    }

    @Test
    void saysWhatATestSaysWhenItSaysSo() throws Exception {
        try (var vendor = VendorServer.bare()) {
            for (boolean complete : List.of(true, false)) {
                var script = new VendorScript("text/event-stream");
                vendor.next("/a", script);
                script.send("one");
                InputStream body = client.send(request(vendor, "/a", ""), BodyHandlers.ofInputStream()).body();
                script.awaitRequest();
                assertThat(body.readNBytes(3)).asString().isEqualTo("one");
                script.send("two");
                assertThat(body.readNBytes(3)).asString().isEqualTo("two");
                if (complete) {
                    script.end();
                    assertThat(body.read()).isNegative();
                } else {
                    script.cut();
                    assertThatThrownBy(body::read).isInstanceOf(IOException.class);
                }
            }
        }
    }

    @Test
    void isGoneWhenItHasClosed() throws Exception {
        for (int round = 0; round < 200; round++) {
            var vendor = VendorServer.bare();
            vendor.close();
            try (var late = new Socket()) {
                var there = new InetSocketAddress(InetAddress.getLoopbackAddress(), vendor.port());
                assertThatThrownBy(() -> late.connect(there)).isInstanceOf(ConnectException.class);
            }
        }
    }
}
