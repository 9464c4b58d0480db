package dev.formulary.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/// How a [VendorServer] answers a request. Everything the wire can say can be said by writing one's own.
@FunctionalInterface
@NullMarked
public interface VendorReply {
    /// Answers.
    ///
    /// @param request what was asked
    /// @param wire where to write
    void write(VendorServer.Request request, VendorWire wire) throws IOException, InterruptedException;

    /// A whole JSON answer.
    static VendorReply json(int status, String body) {
        return json(status, "", body);
    }

    /// A whole JSON answer.
    ///
    /// @param headers further lines, each ended by CR LF
    static VendorReply json(int status, String headers, String body) {
        return (request, wire) -> wire.whole(status, "application/json", headers,
                body.getBytes(StandardCharsets.UTF_8));
    }

    /// A whole answer of plain text.
    static VendorReply text(int status, String body) {
        return (request, wire) -> wire.whole(status, "text/plain", "", body.getBytes(StandardCharsets.UTF_8));
    }

    /// Status 429.
    ///
    /// @param retryAfter the value of `Retry-After`, or null for none
    static VendorReply throttled(@Nullable String retryAfter) {
        return json(429, retryAfter == null ? "" : "Retry-After: " + retryAfter + "\r\n",
                "{\"error\":{\"message\":\"Rate limit reached\",\"type\":\"requests\",\"code\":\"rate_limit_exceeded\"}}");
    }

    /// Status 500.
    static VendorReply serverError() {
        return json(500, "{\"error\":{\"message\":\"the server had an error\",\"type\":\"server_error\"}}");
    }

    /// Says nothing until the caller hangs up.
    static VendorReply hang() {
        return (request, wire) -> wire.untilHungUp();
    }

    /// Breaks the connection off before anything is said.
    static VendorReply slam() {
        return (request, wire) -> wire.cut();
    }

    /// A stream of server-sent events, each `data: FRAME` in a chunk of its own; the end as given.
    static VendorReply events(Ending ending, String... frames) {
        return (request, wire) -> {
            wire.head("text/event-stream");
            for (String frame : frames) {
                wire.chunk("data: " + frame + "\n\n");
            }
            ending.write(wire);
        };
    }

    /// A stream of lines, each in a chunk of its own; the end as given.
    static VendorReply lines(Ending ending, String... lines) {
        return (request, wire) -> {
            wire.head("application/x-ndjson");
            for (String line : lines) {
                wire.chunk(line + "\n");
            }
            ending.write(wire);
        };
    }

    /// The same bytes in pieces of one length, whatever that tears apart, with a pause before each.
    ///
    /// @param pauseMillis 0 for none
    static VendorReply pieces(String contentType, String body, int pieceBytes, int pauseMillis) {
        byte[] all = body.getBytes(StandardCharsets.UTF_8);
        return (request, wire) -> {
            wire.head(contentType);
            for (int at = 0; at < all.length; at += pieceBytes) {
                if (pauseMillis > 0) {
                    wire.pause(pauseMillis);
                }
                wire.chunk(Arrays.copyOfRange(all, at, Math.min(at + pieceBytes, all.length)));
            }
            wire.end();
        };
    }

    /// How a stream ends.
    enum Ending {
        /// As it should.
        COMPLETE,
        /// The connection is broken off.
        CUT,
        /// Nothing more comes, and the connection stays open.
        STALL;

        void write(VendorWire wire) throws IOException {
            switch (this) {
                case COMPLETE -> wire.end();
                case CUT -> wire.cut();
                case STALL -> wire.untilHungUp();
            }
        }
    }

    /// A chat answer of OpenAI, as a stream when the request asks for one: one frame for each text.
    static VendorReply openai(String... texts) {
        return (request, wire) -> {
            if (request.streams(false)) {
                events(Ending.COMPLETE, OpenAiShapes.stream(List.of(texts))).write(request, wire);
            } else {
                json(200, OpenAiShapes.whole(String.join("", texts))).write(request, wire);
            }
        };
    }

    /// A chat answer of Ollama, as a stream unless the request asks for none: one line for each text.
    static VendorReply ollama(String... texts) {
        return (request, wire) -> {
            if (request.streams(true)) {
                lines(Ending.COMPLETE, OllamaShapes.stream(List.of(texts))).write(request, wire);
            } else {
                json(200, OllamaShapes.whole(String.join("", texts))).write(request, wire);
            }
        };
    }

    /// OpenAI's list of models.
    static VendorReply openaiModels(String... ids) {
        return json(200, OpenAiShapes.models(List.of(ids)));
    }

    /// Two numbers for each text: its length and the constant 1.
    static VendorReply openaiEmbeddings() {
        return (request, wire) -> json(200, OpenAiShapes.embeddings(request.text())).write(request, wire);
    }

    /// Ollama's list of models.
    static VendorReply ollamaTags(String... names) {
        return json(200, OllamaShapes.tags(List.of(names)));
    }

    /// What Ollama says of any model.
    static VendorReply ollamaShow(int contextTokens, String... capabilities) {
        return json(200, OllamaShapes.show(contextTokens, List.of(capabilities)));
    }

    /// Two numbers for each text: its length and the constant 1.
    static VendorReply ollamaEmbeddings() {
        return (request, wire) -> json(200, OllamaShapes.embeddings(request.text())).write(request, wire);
    }
}
