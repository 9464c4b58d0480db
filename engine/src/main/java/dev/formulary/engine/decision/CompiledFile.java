package dev.formulary.engine.decision;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a rule file became.
///
/// @param key of the source and of everything else on which the classes depend
/// @param rules in the order of the file
/// @param factTypes simple names of the facts that some rule asks for which is heard with calls
/// @param watchedTypes the same of the rules that watch
/// @param classes byte code by class name
record CompiledFile(String key, List<RuleInfo> rules, Set<String> factTypes, Set<String> watchedTypes,
        Map<String, byte[]> classes) {}
