package dev.formulary.engine.decision;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import org.drools.compiler.kie.builder.impl.InternalKieModule;
import org.drools.model.codegen.ExecutableModelProject;
import org.kie.api.KieServices;
import org.kie.api.builder.KieBuilder;
import org.kie.api.builder.KieFileSystem;
import org.kie.api.builder.Message;
import org.kie.api.builder.ReleaseId;

/// One run of the rule compiler.
///
/// @param classes byte code by class name; empty when there are errors
/// @param errors what the compiler says, partly about code that it generated
record DrlBuild(Map<String, byte[]> classes, List<Message> errors) {
    private static final AtomicLong RUN = new AtomicLong();

    /// @param files DRL by path
    static DrlBuild run(Map<String, String> files) {
        Engine.prepare();
        KieServices services = KieServices.get();
        ReleaseId release = services.newReleaseId("dev.formulary", "rules", "1." + RUN.incrementAndGet());
        KieFileSystem system = services.newKieFileSystem();
        system.generateAndWritePomXML(release);
        files.forEach(system::write);
        KieBuilder builder = services.newKieBuilder(system, FencedLoader.forCompiler());
        try {
            builder.buildAll(ExecutableModelProject.class);
            List<Message> errors = builder.getResults().getMessages(Message.Level.ERROR);
            return new DrlBuild(errors.isEmpty() ? classes((InternalKieModule) builder.getKieModule()) : Map.of(),
                    errors);
        } finally {
            services.getRepository().removeKieModule(release);
        }
    }

    private static Map<String, byte[]> classes(InternalKieModule module) {
        var classes = new LinkedHashMap<String, byte[]>();
        try (var jar = new JarInputStream(new ByteArrayInputStream(module.getBytes()))) {
            for (JarEntry entry = jar.getNextJarEntry(); entry != null; entry = jar.getNextJarEntry()) {
                String name = entry.getName();
                if (name.endsWith(".class")) {
                    classes.put(name.substring(0, name.length() - ".class".length()).replace('/', '.'),
                            jar.readAllBytes());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return classes;
    }
}
