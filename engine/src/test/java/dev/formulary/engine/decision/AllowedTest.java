package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the byte code of rules may refer to, and what not.
class AllowedTest {
    private static final String FACTS = "dev/formulary/engine/facts/";

    @ParameterizedTest
    @ValueSource(strings = {FACTS + "Call", "java/lang/String", "[Ljava/lang/String;", "[[Ljava/lang/Object;", "[I",
            "[[J",
            "java/util/function/Predicate", "java/lang/invoke/MethodHandles$Lookup", "[L" + FACTS + "Candidate;"})
    void typesOfFactsTextsAndNumbersAreAllowed(String type) {
        assertThat(Allowed.type(type)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"java/lang/Runtime", "[Ljava/lang/Runtime;", "java/lang/Class", "java/io/File",
            "java/lang/StringBuilder", FACTS + "Nobody", "dev/formulary/engine/decision/Policy", "java/lang/Thread"})
    void allOthersAreNot(String type) {
        assertThat(Allowed.type(type)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {FACTS + "Call.tenant", FACTS + "Risk.HIGH", FACTS + "Risk.valueOf", FACTS + "Call.equals",
            "java/lang/Math.max", "java/lang/String.startsWith", "java/util/Set.contains", "java/lang/Integer.valueOf"})
    void whatARuleAsksIsAllowedWhoeverWroteIt(String member) {
        assertThat(Allowed.member(member, true)).isTrue();
        assertThat(Allowed.member(member, false)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"org/drools/model/DSL.rule", "java/util/ArrayList.add", "java/util/Arrays.asList",
            "java/lang/RuntimeException.<init>"})
    void whatTheCompilerWritesAroundARuleNoAuthorMayWrite(String member) {
        assertThat(Allowed.member(member, false)).isTrue();
        assertThat(Allowed.member(member, true)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"java/lang/System.exit", "java/lang/Math.random", "java/lang/String.repeat",
            "java/lang/String.format", FACTS + "Call.getClass", FACTS + "Risk.getDeclaringClass",
            FACTS + "Context.unspecified", FACTS + "Call.<init>", "java/lang/Object.wait", "java/util/List.add2"})
    void nobodyMayAskForMore(String member) {
        assertThat(Allowed.member(member, true)).isFalse();
        assertThat(Allowed.member(member, false)).isFalse();
    }
}
