package dev.formulary.engine.boot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.config.ConfigurationException;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.decision.ModelCards;
import java.io.IOException;
import java.io.InputStream;
import java.net.Proxy;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads which models there are from what a gateway says of them.
final class KnownModels {
    private static final int WAIT_MS = 5_000;

    private KnownModels() {}

    /// @param place a file, or a URL
    /// @throws IOException when it can't be read, or holds no models
    static ModelCards read(String place) throws IOException {
        return of(place, bytes(place));
    }

    private static byte[] bytes(String place) throws IOException {
        if (!place.startsWith("http://") && !place.startsWith("https://")) {
            try {
                return Files.readAllBytes(Path.of(place));
            } catch (NoSuchFileException e) {
                throw new IOException("there is no file " + place, e);
            }
        }
        URLConnection connection = URI.create(place).toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout(WAIT_MS);
        connection.setReadTimeout(WAIT_MS);
        try (InputStream in = connection.getInputStream()) {
            return in.readAllBytes();
        }
    }

    /// The models of the gateway that runs with the home folder; null when none answers.
    static @Nullable ModelCards ofNode(Terminal terminal) throws ConfigurationException {
        Home home = terminal.home();
        if (RunningNode.read(home) == null) {
            return null;
        }
        NodeClient node = NodeClient.of(terminal);
        try {
            NodeClient.Reply reply = node.manage("/admin/providers");
            return reply.isOk()
                    ? of("the gateway", reply.body().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                    : null;
        } catch (IOException e) {
            // one that is gone, or is none of ours; without models less is checked
            return null;
        }
    }

    private static ModelCards of(String place, byte[] json) throws IOException {
        var models = new HashSet<String>();
        var labels = new HashSet<String>();
        try {
            gather(new JsonMapper().readTree(json), models, labels);
        } catch (JsonProcessingException e) {
            throw new IOException(place + " holds no JSON", e);
        }
        if (models.isEmpty()) {
            throw new IOException(place + " names no models; they look like {\"id\": \"provider/model\","
                    + " \"labels\": [...]}");
        }
        return new ModelCards(models, labels);
    }

    /// Takes every `id` that looks like a model's, and every list of labels, however deep.
    private static void gather(JsonNode node, Set<String> models, Set<String> labels) {
        if (node.path("id").asText().indexOf('/') > 0) {
            models.add(node.path("id").asText());
        }
        node.path("labels").forEach(label -> labels.add(label.asText()));
        node.forEach(child -> gather(child, models, labels));
    }
}
