package dev.formulary.engine.keys;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.engine.disk.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Keeps keys in a file that is there as a whole or not at all, for its owner only. The first line bears the SHA-256 of all
/// others, each of which is a key in JSON; so whatever is damaged, cut off or changed by hand is noticed.
final class KeyFile {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String HEAD = "{\"formulary-keys\":1,\"sha256\":\"";
    private static final String TAIL = "\"}";

    private final Path path;

    KeyFile(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    /// What tells one version of the file from another without reading it; null when there is none.
    ///
    /// @param inode where the file system has such
    record Stamp(long modified, long size, @Nullable Object inode) {}

    @Nullable
    Stamp stamp() {
        try {
            BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
            return new Stamp(found.lastModifiedTime().toMillis(), found.size(), found.fileKey());
        } catch (IOException e) {
            return null;
        }
    }

    /// All keys; none when there is no file.
    ///
    /// @throws IOException when it is damaged or can't be read; the message is for the user
    List<IssuedKey> read() throws IOException {
        String text;
        try {
            text = Files.readString(path);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        int end = text.indexOf('\n');
        String body = text.substring(end + 1);
        if (end < 0 || !text.substring(0, end).equals(head(body))) {
            throw damaged("its checksum is not that of what it holds", null);
        }
        var keys = new ArrayList<IssuedKey>();
        for (String line : body.lines().toList()) {
            try {
                keys.add(key(JSON.readTree(line)));
            } catch (JsonProcessingException | DateTimeException | IllegalArgumentException e) {
                throw damaged("line " + (keys.size() + 2) + " is no key", e);
            }
        }
        return keys;
    }

    private IOException damaged(String how, @Nullable Exception cause) {
        return new IOException("the file of keys " + path + " is damaged (" + how + "), so nobody could be told from"
                + " anybody; put back a good copy, or delete it, which forgets all issued keys: then only those of"
                + " conf/formulary.yaml are good, and without such everybody may call", cause);
    }

    void write(List<IssuedKey> keys) throws IOException {
        var body = new StringBuilder();
        for (IssuedKey key : keys) {
            body.append(JSON.writeValueAsString(json(key))).append('\n');
        }
        DurableFile.writePrivate(path, (head(body.toString()) + "\n" + body).getBytes(StandardCharsets.UTF_8));
    }

    private static String head(String body) {
        return HEAD + KeyToken.hash(body) + TAIL;
    }

    private static ObjectNode json(IssuedKey key) {
        ObjectNode json = JSON.createObjectNode().put("id", key.id()).put("name", key.name());
        Role role = key.role();
        if (role != null) {
            json.put("role", role.word());
        }
        KeyGrant grant = key.grant();
        json.put("tenant", grant.tenant()).put("pool", grant.pool()).put("note", key.note());
        json.set("labels", JSON.valueToTree(new TreeSet<>(grant.labels())));
        json.set("models", JSON.valueToTree(grant.models()));
        json.set("limits", JSON.valueToTree(grant.limits().stream().map(KeyLimit::toString).toList()));
        json.set("defaults", JSON.valueToTree(grant.defaults()));
        json.set("fixed", JSON.valueToTree(grant.fixed()));
        json.put("created", key.created().toString()).put("hash", key.hash());
        put(json, "expires", key.expires());
        put(json, "old-hash", key.oldHash());
        put(json, "old-until", key.oldUntil());
        put(json, "rotated", key.rotated());
        put(json, "revoked", key.revoked());
        return json;
    }

    private static void put(ObjectNode json, String name, @Nullable Object value) {
        if (value != null) {
            json.put(name, value.toString());
        }
    }

    private static IssuedKey key(JsonNode json) {
        String role = optional(json, "role");
        var grant = new KeyGrant(text(json, "tenant"), text(json, "pool"), new TreeSet<>(texts(json, "labels")),
                texts(json, "models"), texts(json, "limits").stream().map(KeyLimit::of).toList(),
                facts(json, "defaults"), facts(json, "fixed"));
        return new IssuedKey(text(json, "id"), text(json, "name"), role == null ? null : Role.of(role), grant,
                text(json, "note"), Instant.parse(text(json, "created")), time(json, "expires"), text(json, "hash"),
                optional(json, "old-hash"), time(json, "old-until"), time(json, "rotated"), time(json, "revoked"));
    }

    private static String text(JsonNode json, String name) {
        String text = optional(json, name);
        if (text == null) {
            throw new IllegalArgumentException("'" + name + "' is missing");
        }
        return text;
    }

    private static @Nullable String optional(JsonNode json, String name) {
        JsonNode value = json.get(name);
        return value == null ? null : value.asText();
    }

    private static @Nullable Instant time(JsonNode json, String name) {
        String text = optional(json, name);
        return text == null ? null : Instant.parse(text);
    }

    private static List<String> texts(JsonNode json, String name) {
        var texts = new ArrayList<String>();
        json.path(name).forEach(each -> texts.add(each.asText()));
        return List.copyOf(texts);
    }

    private static Map<String, String> facts(JsonNode json, String name) {
        var facts = new LinkedHashMap<String, String>();
        json.path(name).properties().forEach(each -> facts.put(each.getKey(), each.getValue().asText()));
        return Map.copyOf(facts);
    }
}
