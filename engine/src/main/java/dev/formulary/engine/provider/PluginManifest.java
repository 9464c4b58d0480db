package dev.formulary.engine.provider;

import java.io.IOException;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a plug-in says about itself.
record PluginManifest(String id, String version, String requires) {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    /// Reads the manifest of a JAR and makes sure that it says all that is needed.
    static PluginManifest of(Path jar, String offered) throws Refusal {
        Attributes attributes = attributes(jar);
        var manifest = new PluginManifest(value(attributes, "Plugin-Id"), value(attributes, "Plugin-Version"),
                value(attributes, "Plugin-Requires"));
        if (!ID.matcher(manifest.id).matches()) {
            throw new Refusal("Plugin-Id '" + manifest.id + "' must be letters, digits, '.', '_' and '-'");
        }
        if (attributes.getValue("Plugin-Dependencies") != null) {
            throw new Refusal("Plugin-Dependencies is not supported; put what the plug-in needs into its JAR");
        }
        new SpiVersion().check(offered, manifest.requires);
        return manifest;
    }

    private static String value(Attributes attributes, String name) throws Refusal {
        String value = attributes.getValue(name);
        if (value == null || value.isBlank()) {
            throw new Refusal("the manifest has no " + name + "; a plug-in has Plugin-Id, Plugin-Version and"
                    + " Plugin-Requires");
        }
        return value.strip();
    }

    private static Attributes attributes(Path jar) throws Refusal {
        try (var file = new JarFile(jar.toFile(), false)) {
            @Nullable
            Manifest manifest = file.getManifest();
            if (manifest == null) {
                throw new Refusal("the JAR has no manifest; a plug-in has one with Plugin-Id, Plugin-Version and"
                        + " Plugin-Requires");
            }
            return manifest.getMainAttributes();
        } catch (IOException e) {
            throw new Refusal("the manifest can't be read: " + e.getMessage(), e);
        }
    }
}
