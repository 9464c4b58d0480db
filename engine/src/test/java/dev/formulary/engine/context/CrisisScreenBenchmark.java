package dev.formulary.engine.context;

import dev.formulary.engine.facts.Screening;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// How long the shipped lexicon takes to screen a turn of 112 words. Run it from the engine's folder as `DecisionBenchmark`.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CrisisScreenBenchmark {
    private static final Path SHIPPED = Path.of("../rules/lexicon");
    private static final List<String> ORDINARY = List
            .of("Could you help me to plan the dinner for our guests on Friday, please? ".repeat(8));
    private static final List<String> SIGN = List.of(ORDINARY.getFirst() + " I don't want to live anymore");

    private Lexicon lexicon = Lexicon.of(Map.of()).lexicon();

    @Setup
    public void read() throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        try (Stream<Path> all = Files.list(SHIPPED)) {
            for (Path file : (Iterable<Path>) all.filter(each -> each.toString().endsWith(".csv"))::iterator) {
                files.put("lexicon/" + file.getFileName(), Files.readAllBytes(file));
            }
        }
        lexicon = Lexicon.of(files).lexicon();
    }

    @Benchmark
    public Screening ordinary() {
        return lexicon.screen(ORDINARY);
    }

    @Benchmark
    public Screening withASign() {
        return lexicon.screen(SIGN);
    }
}
