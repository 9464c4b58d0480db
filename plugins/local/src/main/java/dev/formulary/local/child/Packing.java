package dev.formulary.local.child;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Writes what stands in a frame. [Unpacking] reads it.
final class Packing {
    static final byte LOAD = 1;
    static final byte CHAT = 2;
    static final byte EMBED = 3;
    static final byte CANCEL = 4;
    static final byte UNLOAD = 5;
    static final byte PING = 6;
    static final byte READY = 21;
    static final byte LOADED = 22;
    static final byte STARTED = 23;
    static final byte TEXT = 24;
    static final byte VECTOR = 25;
    static final byte FINISHED = 26;
    static final byte FAILED = 27;
    static final byte PONG = 28;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    private final DataOutputStream out = new DataOutputStream(bytes);

    private Packing(byte kind, int call) throws IOException {
        out.writeByte(kind);
        out.writeInt(call);
    }

    static ByteArrayOutputStream pack(Request request) throws IOException {
        return switch (request) {
            case Request.Load(int call, String path, int context, int batch, int threads, int gpuLayers) ->
                new Packing(LOAD, call).text(path).number(context).number(batch).number(threads)
                        .number(gpuLayers).bytes;
            case Request.Chat(int call, List<Request.Turn> turns, Request.Manner manner) ->
                new Packing(CHAT, call).turns(turns).manner(manner).bytes;
            case Request.Embed(int call, List<String> texts) -> new Packing(EMBED, call).texts(texts).bytes;
            case Request.Cancel(int call) -> new Packing(CANCEL, call).bytes;
            case Request.Unload(int call) -> new Packing(UNLOAD, call).bytes;
            case Request.Ping(int call) -> new Packing(PING, call).bytes;
        };
    }

    static ByteArrayOutputStream pack(Report report) throws IOException {
        return switch (report) {
            case Report.Ready(int call, String version, boolean gpu) ->
                new Packing(READY, call).text(version).flag(gpu).bytes;
            case Report.Loaded(int call, int context, int dimensions, boolean ownTemplate) ->
                new Packing(LOADED, call).number(context).number(dimensions).flag(ownTemplate).bytes;
            case Report.Started(int call, int promptTokens) -> new Packing(STARTED, call).number(promptTokens).bytes;
            case Report.Text(int call, String text) -> new Packing(TEXT, call).text(text).bytes;
            case Report.Vector(int call, int tokens, float[] values) ->
                new Packing(VECTOR, call).number(tokens).vector(values).bytes;
            case Report.Finished(int call, Report.Stop stop, int tokens) ->
                new Packing(FINISHED, call).text(stop.name()).number(tokens).bytes;
            case Report.Failed(int call, Report.Reason reason, String message) ->
                new Packing(FAILED, call).text(reason.name()).text(message).bytes;
            case Report.Pong(int call) -> new Packing(PONG, call).bytes;
        };
    }

    private Packing number(int number) throws IOException {
        out.writeInt(number);
        return this;
    }

    private Packing flag(boolean flag) throws IOException {
        out.writeBoolean(flag);
        return this;
    }

    private Packing text(String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
        return this;
    }

    private Packing texts(List<String> texts) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            text(text);
        }
        return this;
    }

    private Packing turns(List<Request.Turn> turns) throws IOException {
        out.writeInt(turns.size());
        for (Request.Turn turn : turns) {
            text(turn.role()).text(turn.text());
        }
        return this;
    }

    private Packing vector(float[] values) throws IOException {
        out.writeInt(values.length);
        for (float value : values) {
            out.writeFloat(value);
        }
        return this;
    }

    private Packing manner(Request.Manner manner) throws IOException {
        out.writeInt(manner.maxTokens());
        out.writeFloat(manner.temperature());
        out.writeInt(manner.topK());
        out.writeFloat(manner.topP());
        out.writeFloat(manner.minP());
        out.writeFloat(manner.repeatPenalty());
        out.writeFloat(manner.frequencyPenalty());
        out.writeFloat(manner.presencePenalty());
        out.writeInt(manner.seed());
        out.writeBoolean(manner.json());
        return texts(manner.stop());
    }
}
