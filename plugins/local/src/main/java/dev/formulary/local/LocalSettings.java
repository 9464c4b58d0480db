package dev.formulary.local;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.Setting;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A provider's entry in the configuration.
///
/// @param library `library`: the library's file, or a folder that holds it or the npm package with it; null to look where
///        it usually is
/// @param folder `folder`: where `*.gguf` files are looked for, or null
/// @param files `files`: more files
/// @param context `context`: the most tokens of context to reserve for a model
/// @param threads `threads`: how many processors a model may use
/// @param gpuLayers `gpu-layers`: how many layers go onto a graphics card; -1 for all
/// @param keepAlive `keep-alive`: how long a model stays in memory when nobody asks it; negative for as long as can be
record LocalSettings(@Nullable Path library, @Nullable Path folder, List<Path> files, int context, int threads,
        int gpuLayers, Duration keepAlive) {
    private static final int DEFAULT_CONTEXT = 8192;
    private static final int LEAST_CONTEXT = 256;
    private static final int MOST_CONTEXT = 1 << 24;
    private static final int MOST_LAYERS = 10_000;
    private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|m|h|)");

    static final List<Setting> ALL = List.of(
            Setting.of("folder", Setting.Type.TEXT, null, "The folder whose *.gguf files are the models."),
            Setting.of("files", Setting.Type.LIST, null, "Paths of more *.gguf files."),
            Setting.of("library", Setting.Type.TEXT, null,
                    "llama.cpp's library: libllama.so, or a folder that holds it."),
            Setting.number("context", Setting.Type.WHOLE, LEAST_CONTEXT, MOST_CONTEXT,
                    Integer.toString(DEFAULT_CONTEXT),
                    "The most tokens of context to reserve for a model."),
            Setting.number("threads", Setting.Type.WHOLE, 1, 1024, "one less than there are processors",
                    "How many processors a model may use."),
            Setting.number("gpu-layers", Setting.Type.WHOLE, -1, MOST_LAYERS, "0",
                    "How many layers of a model go onto a graphics card; -1 for all."),
            Setting.of("keep-alive", Setting.Type.DURATION, "5m",
                    "How long a model stays in memory when nobody asks it; -1 for as long as can be."));

    LocalSettings {
        files = List.copyOf(files);
    }

    /// @param processors of this machine
    /// @throws ProviderException naming the setting that is wrong and what would be right
    static LocalSettings of(String id, Map<String, Object> given, int processors) throws ProviderException {
        var entry = new Entry(id, given);
        entry.check();
        Path folder = entry.path("folder");
        List<Path> files = entry.paths("files");
        if (folder == null && files.isEmpty()) {
            throw entry.wrong("folder", "must name a folder with *.gguf files, as in: folder: ~/models");
        }
        int most = Math.max(1, processors - 1);
        return new LocalSettings(entry.path("library"), folder, files,
                entry.whole("context", DEFAULT_CONTEXT, LEAST_CONTEXT, MOST_CONTEXT),
                entry.whole("threads", most, 1, most), entry.whole("gpu-layers", 0, -1, MOST_LAYERS),
                entry.time("keep-alive", Duration.ofMinutes(5)));
    }

    private record Entry(String id, Map<String, Object> given) {

        /// `models` is read by the gateway, not here.
        void check() throws ProviderException {
            List<String> known = ALL.stream().map(Setting::name).toList();
            for (String key : given.keySet()) {
                if (!known.contains(key) && !key.equals("models")) {
                    throw wrong(key, "is unknown; there are " + String.join(", ", known));
                }
            }
        }

        @Nullable
        Path path(String key) throws ProviderException {
            Object value = given.get(key);
            return value == null ? null : path(key, value);
        }

        private Path path(String key, @Nullable Object value) throws ProviderException {
            if (value instanceof String text && !text.isBlank()) {
                try {
                    return text.startsWith("~/")
                            ? Path.of(System.getProperty("user.home"), text.substring(2))
                            : Path.of(text).toAbsolutePath().normalize();
                } catch (InvalidPathException e) {
                    // told below
                }
            }
            throw wrong(key, "must be a path");
        }

        List<Path> paths(String key) throws ProviderException {
            Object value = given.getOrDefault(key, List.of());
            if (!(value instanceof List<?> entries)) {
                throw wrong(key, "must be a list of paths, as in: [~/models/a.gguf]");
            }
            List<Path> paths = new ArrayList<>();
            for (Object entry : entries) {
                paths.add(path(key, entry));
            }
            return paths;
        }

        int whole(String key, int otherwise, int least, int most) throws ProviderException {
            Object value = given.get(key);
            if (value == null) {
                return otherwise;
            }
            if (value.toString().matches("-?\\d{1,9}")) {
                int number = Integer.parseInt(value.toString());
                if (number >= least && number <= most) {
                    return number;
                }
            }
            throw wrong(key, "must be a whole number from " + least + " to " + most);
        }

        Duration time(String key, Duration otherwise) throws ProviderException {
            Object value = given.get(key);
            if (value == null) {
                return otherwise;
            }
            if (value.toString().equals("-1")) {
                return Duration.ofSeconds(-1);
            }
            Matcher time = TIME.matcher(value.toString());
            if (!time.matches()) {
                throw wrong(key, "must be a time such as '5m', or -1 for as long as can be");
            }
            long number = Long.parseLong(time.group(1));
            return switch (time.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofSeconds(number);
            };
        }

        ProviderException wrong(String key, String how) {
            return new ProviderException(FailureCategory.CONFIGURATION, "provider '" + id + "': '" + key + "' " + how);
        }
    }
}
