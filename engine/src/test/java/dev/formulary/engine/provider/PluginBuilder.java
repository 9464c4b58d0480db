package dev.formulary.engine.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.formulary.spi.ProviderFactory;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NonNull;
import org.jspecify.annotations.Nullable;

/// Builds plug-in JARs from source text. By default a JAR that works and answers with its version.
public final class PluginBuilder {
    static final String SERVICES = "META-INF/services/" + ProviderFactory.class.getName();
    private static final Map<String, Map<String, byte[]>> COMPILED = new ConcurrentHashMap<>();

    private final Map<String, String> manifest = new LinkedHashMap<>();
    private final Map<String, byte[]> extra = new LinkedHashMap<>();
    private String source;
    private String factory = "acme.EchoFactory";

    public PluginBuilder(String version) {
        manifest.put("Plugin-Id", "echo");
        manifest.put("Plugin-Version", version);
        manifest.put("Plugin-Requires", ">=1.0.0 & <2.0.0");
        extra.put("acme/version.txt", version.getBytes(UTF_8));
        source = read("EchoFactory.java.txt");
    }

    static String read(String resource) {
        try (var in = PluginBuilder.class.getResourceAsStream(resource)) {
            return new String(Objects.requireNonNull(in, resource).readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Replaces a piece of the source, which must be there.
    public PluginBuilder edit(String before, String after) {
        assertThat(source).contains(before);
        source = source.replace(before, after);
        return this;
    }

    PluginBuilder source(String text, String factoryName) {
        source = text;
        factory = factoryName;
        return this;
    }

    PluginBuilder kind(String kind) {
        return edit("return \"echo\"", "return \"" + kind + "\"");
    }

    PluginBuilder manifest(String name, @Nullable String value) {
        if (value == null) {
            manifest.remove(name);
        } else {
            manifest.put(name, value);
        }
        return this;
    }

    PluginBuilder file(String name, byte[] bytes) {
        extra.put(name, bytes);
        return this;
    }

    /// A class of the source, as compiled.
    byte[] bytesOf(String name) {
        return Objects.requireNonNull(compile(source).get(name), name);
    }

    byte[] bytes() throws IOException {
        var jar = new Manifest();
        jar.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.forEach((name, value) -> jar.getMainAttributes().putValue(name, value));
        var entries = new LinkedHashMap<>(COMPILED.computeIfAbsent(source, PluginBuilder::compile));
        entries.put(SERVICES, (factory + "\n").getBytes(UTF_8));
        entries.putAll(extra);
        var out = new ByteArrayOutputStream();
        var text = new ByteArrayOutputStream();
        jar.write(text);
        try (var zip = new JarOutputStream(out)) {
            write(zip, JarFile.MANIFEST_NAME, text.toByteArray());
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                if (entry.getValue().length > 0) {
                    write(zip, entry.getKey(), entry.getValue());
                }
            }
        }
        return out.toByteArray();
    }

    /// All entries are of one time, so that equal JARs are equal byte for byte.
    private static void write(JarOutputStream zip, String name, byte[] bytes) throws IOException {
        var entry = new JarEntry(name);
        entry.setTime(1_000_000_000_000L);
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }

    /// Puts the JAR into place in one step.
    public void into(Path jar) throws IOException {
        Path part = jar.resolveSibling(jar.getFileName() + ".part");
        Files.write(part, bytes());
        Files.move(part, jar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Map<String, byte[]> compile(String source) {
        try {
            Path folder = Files.createTempDirectory("plugin-classes");
            var compiler = ToolProvider.getSystemJavaCompiler();
            var messages = new StringWriter();
            boolean good = compiler.getTask(messages, null, null,
                    List.of("-d", folder.toString(), "-proc:none", "-cp", classPath()), null, List.of(unit(source)))
                    .call();
            assertThat(good).as(messages.toString()).isTrue();
            return collect(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String classPath() {
        return Stream.of(ProviderFactory.class, NonNull.class, ObjectMapper.class).map(PluginBuilder::origin)
                .collect(Collectors.joining(File.pathSeparator));
    }

    static String origin(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JavaFileObject unit(String source) {
        String name = source.lines().filter(line -> line.startsWith("public ")).findFirst().orElseThrow()
                .replaceAll(".*(?:class|record|interface) (\\w+).*", "$1");
        return new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
    }

    private static Map<String, byte[]> collect(Path folder) throws IOException {
        var classes = new LinkedHashMap<String, byte[]>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                classes.put(folder.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
            }
        }
        return classes;
    }
}
