package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/// Compiles a small provider into a plug-in, as a third party would.
final class PluginJar {
    private static final String SOURCE = """
        import dev.formulary.spi.*;
        import java.util.*;

        public class DropIn implements ProviderFactory, Provider {
            public String kind() { return "dropin"; }
            public Provider create(ProviderContext context) { return this; }
            public List<ModelCard> models() { return List.of(ModelCard.of("one")); }
            public void close() {}
            public ReplyStream chat(ChatRequest request, Attempt attempt) {
                Iterator<ReplyEvent> events = List.<ReplyEvent>of(new ReplyEvent.Text("dropped in"),
                        new ReplyEvent.Finish(ReplyEvent.Finish.Reason.STOP)).iterator();
                return new ReplyStream() {
                    public ReplyEvent next() { return events.hasNext() ? events.next() : null; }
                    public void close() {}
                };
            }
        }
        """;

    private PluginJar() {}

    /// @param folder for the classes
    /// @param jar the plug-in to write
    static void write(Path folder, Path jar) throws IOException {
        Path source = folder.resolve("DropIn.java");
        Files.writeString(source, SOURCE);
        int exitCode = ToolProvider.getSystemJavaCompiler().run(null, null, null, "-proc:none", "-cp",
                System.getProperty("java.class.path"), "-d", folder.toString(), source.toString());
        assertThat(exitCode).as("compilation").isZero();
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Plugin-Id", "drop-in");
        attributes.putValue("Plugin-Version", "1.0.0");
        attributes.putValue("Plugin-Requires", ">=1.0.0 & <2.0.0");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            entry(out, "META-INF/services/dev.formulary.spi.ProviderFactory",
                    "DropIn\n".getBytes(StandardCharsets.UTF_8));
            try (Stream<Path> classes = Files.list(folder).filter(path -> path.toString().endsWith(".class"))) {
                for (Path each : classes.toList()) {
                    entry(out, each.getFileName().toString(), Files.readAllBytes(each));
                }
            }
        }
    }

    private static void entry(JarOutputStream out, String name, byte[] content) throws IOException {
        out.putNextEntry(new JarEntry(name));
        out.write(content);
        out.closeEntry();
    }
}
