package dev.formulary.engine.decision;

import static dev.formulary.engine.decision.Rules.policy;
import static dev.formulary.engine.decision.Rules.put;
import static dev.formulary.engine.decision.Rules.rule;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompiledStoreTest {
    private static final String RULE = rule("some", "Call( tenant == \"x\" )", "decision.deny(\"x\");");

    @TempDir
    Path folder;
    @TempDir
    Path cache;

    private RuleSetReport load() {
        try (Policy policy = policy(folder, cache)) {
            return policy.load();
        }
    }

    private List<Path> stored() throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.toList();
        }
    }

    @Test
    void theNextStartNeedsNoCompiler() {
        put(folder, "cost/a.drl", RULE);
        assertThat(load().times().compiledFiles()).isEqualTo(1);
        RuleSetReport second = load();
        assertThat(second.accepted()).isTrue();
        assertThat(second.rules()).isEqualTo(1);
        assertThat(second.untested()).containsExactly("some");
        assertThat(second.times().compiledFiles()).isZero();
        put(folder, "cost/a.drl", RULE + "\n");
        assertThat(load().times().compiledFiles()).isEqualTo(1);
    }

    @Test
    void aDamagedFileIsCompiledAgain() throws IOException {
        put(folder, "cost/a.drl", RULE);
        load();
        Path file = stored().getFirst();
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2]++;
        Files.write(file, bytes);
        assertThat(load().times().compiledFiles()).isEqualTo(1);
        Files.write(file, new byte[3]);
        assertThat(load().times().compiledFiles()).isEqualTo(1);
        assertThat(load().times().compiledFiles()).isZero();
    }

    @Test
    void aFolderThatCantBeWrittenHarmsNothing() throws IOException {
        put(folder, "cost/a.drl", RULE);
        Path file = Files.writeString(cache.resolve("file"), "");
        try (Policy policy = policy(folder, file)) {
            assertThat(policy.load().accepted()).isTrue();
        }
    }

    @Test
    void theLatestFiveHundredAndTwelveAreKept() throws IOException {
        for (int i = 0; i < 514; i++) {
            Path file = Files.createFile(cache.resolve(i + ".compiled"));
            Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000L + i * 1_000L));
        }
        Files.setLastModifiedTime(Files.createFile(cache.resolve("note.txt")), FileTime.fromMillis(0));
        new CompiledStore(cache).save(new CompiledFile("new", List.of(), Set.of(), Set.of(), Map.of()));
        assertThat(stored()).hasSize(512 + 1).map(path -> path.getFileName().toString())
                .contains("new.compiled", "note.txt", "3.compiled", "513.compiled")
                .doesNotContain("0.compiled", "1.compiled", "2.compiled");
    }

    @Test
    void classesOfReplacedRulesAreCollected() {
        var loaders = new ArrayList<WeakReference<ClassLoader>>();
        var builder = new RuleSetBuilder(new CompiledStore(cache), List.of());
        for (int i = 0; i < 200; i++) {
            var source = RuleSource.of("cost/a.drl", Kind.COST, RULE.replace("some", "some-" + i % 4));
            var contents = new RuleFolder.Contents("hash-" + i, Map.of(), List.of(source), List.of(), List.of(),
                    List.of());
            RuleSet built = Objects.requireNonNull(builder.build(contents).ruleSet());
            loaders.add(new WeakReference<>(built.loaders().getFirst()));
        }
        Awaitility.await().until(() -> {
            System.gc();
            return loaders.stream().filter(loader -> loader.get() != null).count() <= 3;
        });
    }
}
