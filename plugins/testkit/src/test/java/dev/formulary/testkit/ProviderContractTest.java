package dev.formulary.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyEvent.Finish.Reason;
import dev.formulary.spi.Usage;
import dev.formulary.spi.WireBody;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The contract passes a good provider, and its own tests show that it does not pass bad ones.
class ProviderContractTest extends ProviderContract {
    private static final ReplyEvent WORDS = new ReplyEvent.Text("good morning");
    private static final ReplyEvent STOP = new ReplyEvent.Finish(Reason.STOP);
    private static final ReplyEvent COUNT = new ReplyEvent.Accounting(Usage.of(5, 2));

    @Override
    protected Provider create(HttpTransport transport) {
        return new ScriptedProvider(List.of(WORDS, STOP, COUNT), false);
    }

    @Override
    protected String model() {
        return ScriptedProvider.MODEL;
    }

    @Override
    protected Provider createEndless(HttpTransport transport) {
        return new ScriptedProvider(List.of(WORDS), true);
    }

    @Override
    protected Provider createSilent(HttpTransport transport) {
        return new ScriptedProvider(List.of(), false);
    }

    @Test
    void anAnswerThatStopsTwiceFails() throws Exception {
        assertFails(List.of(WORDS, STOP, STOP, COUNT), "reasons for stopping");
    }

    @Test
    void anAnswerThatNeverStopsFails() throws Exception {
        assertFails(List.of(WORDS, COUNT), "reasons for stopping");
    }

    @Test
    void anAnswerWithoutACountFails() throws Exception {
        assertFails(List.of(WORDS, STOP), "count of tokens");
    }

    @Test
    void wordsAfterTheEndFail() throws Exception {
        assertFails(List.of(WORDS, STOP, WORDS, COUNT), "what comes after the end");
    }

    @Test
    void framesCountByWhatTheyMean() throws Exception {
        var frame = new ReplyEvent.Native(new WireBody(WireBody.OPENAI_CHAT, new byte[0], List.of()),
                List.of(WORDS, STOP));

        Answer answer = Answer.read(new ScriptedProvider(List.of(frame, COUNT), false).chat(request(model(), true),
                TestAttempt.patient()));

        assertThat(answer.text()).isEqualTo("good morning");
        assertThat(answer.finishes()).containsExactly(Reason.STOP);
        assertThat(answer.usage()).isEqualTo(Usage.of(5, 2));
    }

    private static void assertFails(List<ReplyEvent> script, String complaint) throws Exception {
        var bad = new Bad(script);
        bad.start();
        try {
            assertThatThrownBy(bad::answersWhole).isInstanceOf(AssertionError.class).hasMessageContaining(complaint);
        } finally {
            bad.stop();
        }
    }

    private static final class Bad extends ProviderContract {
        private final List<ReplyEvent> script;

        Bad(List<ReplyEvent> script) {
            this.script = script;
        }

        @Override
        protected Provider create(HttpTransport transport) {
            return new ScriptedProvider(script, false);
        }

        @Override
        protected String model() {
            return ScriptedProvider.MODEL;
        }
    }
}
