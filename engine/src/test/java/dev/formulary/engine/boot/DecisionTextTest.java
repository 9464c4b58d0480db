package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.Test;

class DecisionTextTest {
    @Test
    void whatBecomesOfFailuresAndWhatWasTriedIsTold() throws JsonProcessingException {
        String text = DecisionText.of(new JsonMapper().readTree("""
            {"id": "d1", "result": "allow", "model": "a/m", "attempts": ["a/m", "b/m"],
             "on_failure": {"dns": "stop", "server": "retry"},
             "outcome": {"attempts": [
               {"candidate": "a/m", "answered": false, "ms": 5, "failure": "connect", "class": "tls"},
               {"candidate": "a/m", "answered": false, "ms": 6, "failure": "connect"},
               {"candidate": "c/m", "answered": false, "ms": 8, "failure": "cancelled", "cost_in_vain_micros": -1},
               {"candidate": "c/m", "answered": false, "ms": 8, "failure": "cancelled", "cost_in_vain_micros": 20},
               {"candidate": "b/m", "answered": true, "ms": 7}]}}
            """));
        assertThat(text.lines()).contains("else      b/m", "failure   dns means stop", "failure   server means retry",
                "tried     a/m failed (tls) in 5 ms", "tried     a/m failed (connect) in 6 ms",
                "tried     c/m failed (cancelled) in 8 ms, at a cost that nobody knows",
                "tried     c/m failed (cancelled) in 8 ms, and cost $0.00002 in vain",
                "tried     b/m answered in 7 ms");
    }
}
