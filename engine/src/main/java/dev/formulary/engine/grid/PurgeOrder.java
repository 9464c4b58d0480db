package dev.formulary.engine.grid;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Which kept answers are to be forgotten. All of what is said must fit; where nothing is said, everything does.
///
/// @param tenant for whom they were given; null for anybody
/// @param model `provider/model` that gave them; null for any
/// @param ruleSet the hash of the rules that chose the model, or its beginning
public record PurgeOrder(@Nullable String tenant, @Nullable String model,
        String ruleSet) implements Predicate<CachedReply.Origin> {

    @Override
    public boolean test(CachedReply.Origin origin) {
        return (tenant == null || tenant.equals(origin.tenant())) && (model == null || model.equals(origin.model()))
                && origin.ruleSet().startsWith(ruleSet);
    }

    byte[] encode() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            write(out, tenant);
            write(out, model);
            out.writeUTF(ruleSet);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    static PurgeOrder decode(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            return new PurgeOrder(read(in), read(in), in.readUTF());
        } catch (IOException e) {
            throw new UncheckedIOException("what another node wants forgotten can't be read", e);
        }
    }

    private static void write(DataOutputStream out, @Nullable String text) throws IOException {
        out.writeBoolean(text != null);
        if (text != null) {
            out.writeUTF(text);
        }
    }

    private static @Nullable String read(DataInputStream in) throws IOException {
        return in.readBoolean() ? in.readUTF() : null;
    }
}
