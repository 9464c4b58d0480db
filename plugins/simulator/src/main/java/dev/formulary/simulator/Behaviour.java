package dev.formulary.simulator;

import dev.formulary.spi.ProviderException;
import dev.formulary.spi.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How the simulator behaves: its settings. [#SETTINGS] says what each means.
///
/// @param models ids; empty for the simulator's own
/// @param seed chooses which calls fail and how times stray, the same for the same seed
/// @param inputPrice micro-dollars for a million tokens read
/// @param outputPrice micro-dollars for a million tokens written
/// @param answer what is said; `{input}` stands for what was asked; null for the simulator's own words
/// @param conduct at first
/// @param phases what changes later, in the order in which it does
record Behaviour(List<String> models, long seed, long inputPrice, long outputPrice, @Nullable String answer,
        Conduct conduct, List<Phase> phases) {

    /// How it behaves from some moment on.
    ///
    /// @param afterMillis milliseconds after the simulator was made; -1 when calls count
    /// @param afterCalls how many calls came before; -1 when time counts
    record Phase(long afterMillis, long afterCalls, Conduct conduct) {
        boolean begun(long millis, long calls) {
            return afterMillis >= 0 ? millis >= afterMillis : calls >= afterCalls;
        }
    }

    /// All settings.
    static final List<Setting> SETTINGS = settings();

    private static List<Setting> settings() {
        var all = new ArrayList<>(List.of(
                Setting.of("models", Setting.Type.LIST, "echo-small, echo-large, counsel, embed", "ids of the models"),
                Setting.number("seed", Setting.Type.WHOLE, 0, SettingsReader.MOST, "1",
                        "chooses which calls fail and how times stray, the same for the same seed"),
                Setting.number("input-price", Setting.Type.NUMBER, 0, 1e6, "0", "dollars for a million tokens read"),
                Setting.number("output-price", Setting.Type.NUMBER, 0, 1e6, "0",
                        "dollars for a million tokens written"),
                Setting.of("answer", Setting.Type.TEXT, null, "what is said; {input} stands for what was asked"),
                Setting.of("phases", Setting.Type.LIST, null,
                        "what changes later: maps with after-ms or after-calls and the settings that change")));
        all.addAll(ConductReader.SETTINGS);
        return List.copyOf(all);
    }

    static Behaviour of(Map<String, Object> settings) throws ProviderException {
        var reader = new SettingsReader("", settings);
        Conduct conduct = ConductReader.read(reader, ConductReader.PRESET);
        var behaviour = new Behaviour(reader.ids("models"), reader.whole("seed", 1), reader.micros("input-price"),
                reader.micros("output-price"), reader.text("answer"), conduct, phases(reader, conduct));
        reader.done();
        return behaviour;
    }

    /// Each phase changes what was before it.
    private static List<Phase> phases(SettingsReader reader, Conduct first) throws ProviderException {
        var phases = new ArrayList<Phase>();
        Conduct before = first;
        for (SettingsReader entry : reader.maps("phases")) {
            long millis = entry.whole("after-ms", -1);
            long calls = entry.whole("after-calls", -1);
            if (millis < 0 == calls < 0) {
                throw entry.wrong("a phase needs either 'after-ms' or 'after-calls'");
            }
            before = ConductReader.read(entry, before);
            entry.done();
            phases.add(new Phase(millis, calls, before));
        }
        return List.copyOf(phases);
    }

    /// How it behaves now: as the last phase says that has begun.
    ///
    /// @param millis since the simulator was made
    /// @param calls before this one
    Conduct at(long millis, long calls) {
        Conduct now = conduct;
        for (Phase phase : phases) {
            if (phase.begun(millis, calls)) {
                now = phase.conduct();
            }
        }
        return now;
    }
}
