package dev.formulary.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ChatRequest.Audio;
import dev.formulary.spi.ChatRequest.Document;
import dev.formulary.spi.ChatRequest.Image;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Opaque;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Text;
import dev.formulary.spi.ChatRequest.Thought;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.util.List;
import java.util.Map;

/// Writes pieces of a message in the words of one dialect, or says that it has none for them.
final class PartWriter {
    private static final Map<String, String> SOUNDS = Map.of("audio/wav", "wav", "audio/x-wav", "wav", "audio/wave",
            "wav", "audio/mpeg", "mp3", "audio/mp3", "mp3");

    private final Dialect dialect;

    PartWriter(Dialect dialect) {
        this.dialect = dialect;
    }

    /// Looks whether all pieces can be said, without saying them. Pieces that the gateway does not know pass in the format in
    /// which they came.
    void check(List<Message> messages) throws ProviderException {
        for (Message message : messages) {
            for (Part part : message.parts()) {
                if (!(part instanceof Opaque)) {
                    check(part);
                }
            }
        }
    }

    private void check(Part part) throws ProviderException {
        switch (part) {
            case Text _,Thought _ -> {
                // everybody can
            }
            case Image(String _, String _, boolean url) -> need(url ? Feature.IMAGE_URL : Feature.IMAGE,
                    url ? "take pictures by their address" : "take pictures");
            case Audio(String mediaType, String _) -> {
                need(Feature.AUDIO, "take sound");
                if (!SOUNDS.containsKey(mediaType)) {
                    throw unsupported("take sound as '" + mediaType + "', but as audio/wav and audio/mpeg");
                }
            }
            case Document(String _, String _, boolean url, String _) -> need(url ? Feature.FILE_URL : Feature.FILE,
                    url ? "take files by their address" : "take files");
            case Opaque(String type) -> throw unsupported("be given a part of the kind '" + type + "'");
        }
    }

    void write(ObjectNode out, Part part) throws ProviderException {
        check(part);
        switch (part) {
            case Text(String text) -> out.put("type", "text").put("text", text);
            case Image(String mediaType, String data, boolean url) ->
                out.put("type", "image_url").putObject("image_url")
                        .put("url", url ? data : data(mediaType, data));
            case Audio(String mediaType, String data) -> out.put("type", "input_audio").putObject("input_audio")
                    .put("data", data).put("format", SOUNDS.get(mediaType));
            case Document(String mediaType, String data, boolean url, String name) -> out.put("type", "file")
                    .putObject("file").put("filename", name != null ? name : "file" + ending(mediaType))
                    .put("file_data", url ? data : data(mediaType, data));
            case Thought _,Opaque _ -> throw new IllegalArgumentException("not a part of the content");
        }
    }

    private static String data(String mediaType, String base64) {
        return "data:" + mediaType + ";base64," + base64;
    }

    /// The vendor wants a name, and tells the kind of file by it.
    private static String ending(String mediaType) {
        return mediaType.equals("application/pdf") ? ".pdf" : mediaType.startsWith("text/") ? ".txt" : "";
    }

    private void need(Feature feature, String what) throws ProviderException {
        if (!dialect.can(feature)) {
            throw unsupported(what);
        }
    }

    private ProviderException unsupported(String what) {
        return new ProviderException(FailureCategory.UNSUPPORTED,
                "a server of the dialect '" + dialect.name() + "' can't " + what);
    }
}
