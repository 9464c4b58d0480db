package dev.formulary.local;

import dev.formulary.local.gguf.Gguf;
import dev.formulary.local.gguf.GgufException;
import dev.formulary.local.gguf.GgufReader;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ModelCard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A model's file whose head has been read and found whole.
///
/// @param id the file's name without `.gguf`
/// @param stamp tells this content of the file from another
record ModelFile(String id, Path path, Stamp stamp, Gguf gguf) {
    private static final String ENDING = ".gguf";
    private static final long NO_TOKEN = 0xFFFF_FFFFL;
    /// They read text and write none.
    private static final Set<String> ENCODERS = Set.of("bert", "nomic-bert", "nomic-bert-moe", "jina-bert-v2",
            "jina-bert-v3", "modern-bert", "neo-bert", "eurobert", "gemma-embedding");
    /// They are no language models, or need a reader and a writer.
    private static final Set<String> OTHERS = Set.of("clip", "t5", "t5encoder", "wavtokenizer-dec");

    /// @param fileKey what the file system calls it, or null
    record Stamp(long bytes, long modifiedMillis, @Nullable Object fileKey) {}

    /// @throws GgufException when it is no whole model
    /// @throws IOException when it can't be read
    static ModelFile read(Path path, Stamp stamp) throws GgufException, IOException, Unfit {
        var file = new ModelFile(id(path), path, stamp, GgufReader.read(path));
        file.check();
        return file;
    }

    static String id(Path path) {
        String name = String.valueOf(path.getFileName());
        return name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
    }

    /// A file that is whole and still can't be used. The message is one lower-case sentence.
    static final class Unfit extends Exception {
        Unfit(String message) {
            super(message);
        }
    }

    private void check() throws Unfit {
        String family = family();
        String type = gguf.text("general.type");
        if (family.isEmpty() || OTHERS.contains(family) || (type != null && !type.equals("model"))) {
            throw new Unfit("it holds no language model but '" + (type == null ? family : type) + "'");
        }
        if (gguf.number("split.count", 1) > 1) {
            throw new Unfit("it is one of several parts; join them with: llama-gguf-split --merge FIRST-PART WHOLE");
        }
        within("context_length", 1, Integer.MAX_VALUE);
        within("block_count", 1, 10_000);
        within("embedding_length", 1, 1 << 24);
        long words = words();
        if (words < 1) {
            throw new Unfit("it has no vocabulary ('tokenizer.ggml.tokens')");
        }
        for (String list : new String[]{"tokenizer.ggml.scores", "tokenizer.ggml.token_type"}) {
            if (gguf.values().containsKey(list) && gguf.count(list) != words) {
                throw new Unfit("'" + list + "' has another length than the vocabulary");
            }
        }
        for (String key : gguf.values().keySet()) {
            long token = key.startsWith("tokenizer.ggml.") && key.endsWith("_token_id") ? gguf.number(key, 0) : 0;
            if ((token < 0 || token >= words) && token != NO_TOKEN && token != -1) {
                throw new Unfit("'" + key + "' is " + token + ", and the vocabulary has " + words + " tokens");
            }
        }
    }

    private void within(String name, long least, long most) throws Unfit {
        long number = number(name, 0);
        if (number < least || number > most) {
            throw new Unfit("'" + family() + "." + name + "' is " + number + ", not from " + least + " to " + most);
        }
    }

    /// The architecture, such as `llama`.
    String family() {
        String family = gguf.text("general.architecture");
        return family == null ? "" : family;
    }

    /// A number of its architecture.
    long number(String name, long otherwise) {
        return gguf.number(family() + "." + name, otherwise);
    }

    /// A number of one of its layers.
    long numberOf(String name, int layer, long otherwise) {
        return gguf.numberOf(family() + "." + name, layer, otherwise);
    }

    /// The length of the vocabulary.
    long words() {
        return gguf.count("tokenizer.ggml.tokens");
    }

    /// Tokens that the model has learnt to look at.
    int trainedContext() {
        return (int) number("context_length", 0);
    }

    boolean encodes() {
        return ENCODERS.contains(family());
    }

    /// @param context the most tokens to reserve
    ModelCard card(int context, MemoryNeed need) {
        Set<Capability> can = EnumSet.noneOf(Capability.class);
        if (!encodes()) {
            can.add(Capability.CHAT);
            can.add(Capability.JSON);
        }
        long pooling = number("pooling_type", 0);
        if (encodes() || (pooling >= 1 && pooling <= 3)) {
            can.add(Capability.EMBED);
        }
        return new ModelCard(id, can, Math.min(context, trainedContext()), 0, 0, true, Set.of(), ModelCard.UNKNOWN,
                ModelCard.UNKNOWN, attributes(need));
    }

    private Map<String, String> attributes(MemoryNeed need) {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("family", family());
        attributes.put("parameters", Long.toString(gguf.parameters()));
        attributes.put("quantization", Quantization.of(gguf));
        attributes.put("trained-context", Integer.toString(trainedContext()));
        attributes.put("file-bytes", Long.toString(gguf.fileBytes()));
        attributes.put("memory-bytes", Long.toString(need.total()));
        String name = gguf.text("general.name");
        if (name != null) {
            attributes.put("name", name);
        }
        String licence = gguf.text("general.license");
        if (licence != null) {
            attributes.put("licence", licence);
        }
        return attributes;
    }

    boolean hasTemplate() {
        return gguf.text("tokenizer.chat_template") != null;
    }
}
