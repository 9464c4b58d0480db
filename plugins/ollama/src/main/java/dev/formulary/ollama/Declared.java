package dev.formulary.ollama;

import dev.formulary.spi.Setting;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The settings of this kind, as the gateway shows and checks them. What they come to: see [OllamaSettings].
final class Declared {
    static final List<Setting> ALL = List.of(
            Setting.of("base-url", Setting.Type.TEXT, "http://127.0.0.1:11434",
                    "Where the server is; a host with or without a port will do, as in `OLLAMA_HOST`."),
            Setting.of("api-key", Setting.Type.SECRET, null, "The key, for ollama.com or behind a proxy."),
            Setting.of("keep-alive", Setting.Type.TEXT, "the server's own",
                    "How long a model stays loaded when the caller does not say: `30m`, seconds, or -1 for ever."),
            Setting.number("num-ctx-max", Setting.Type.WHOLE, 0, Integer.MAX_VALUE, "0",
                    "The largest context to reserve, in tokens; 0 sets no limit but the model's own."));

    private Declared() {}

    static boolean knows(String name) {
        // models is read by the gateway, too
        return name.equals("models") || ALL.stream().anyMatch(setting -> setting.name().equals(name));
    }

    /// The setting that somebody may have meant.
    static String nearest(String name) {
        return Stream.concat(ALL.stream().map(Setting::name), Stream.of("models"))
                .min(Comparator.comparingInt(known -> distance(name, known))).orElseThrow();
    }

    /// How many letters must be changed, added or left out.
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
