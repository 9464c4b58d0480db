package dev.formulary.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.facts.StreamState;
import dev.formulary.spi.FailureCategory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StreamCourseTest {
    private final StreamCourse course = new StreamCourse();

    private StreamCourse at(StreamState state) {
        switch (state) {
            case NOT_STARTED -> {
                // as it is made
            }
            case HELD -> course.began();
            case COMMITTED -> {
                course.began();
                course.content();
            }
            case DONE -> {
                course.began();
                course.complete();
            }
            case STALLED -> broken(FailureCategory.TIMEOUT);
            case CUT -> broken(FailureCategory.CUT);
            case MALFORMED -> broken(FailureCategory.MALFORMED);
        }
        assertThat(course.state()).isEqualTo(state);
        return course;
    }

    private void broken(FailureCategory why) {
        course.began();
        course.broke(why);
    }

    @Test
    void anAnswerIsHeldUntilItsFirstContentAndThenCommittedUntilItIsDone() {
        assertThat(course.state()).isEqualTo(StreamState.NOT_STARTED);
        course.began();
        assertThat(course.state()).isEqualTo(StreamState.HELD);
        course.content();
        assertThat(course.state()).isEqualTo(StreamState.COMMITTED);
        course.content();
        assertThat(course.state()).isEqualTo(StreamState.COMMITTED);
        course.complete();
        assertThat(course.state()).isEqualTo(StreamState.DONE);
    }

    @Test
    void anAnswerWithoutContentMayBeDone() {
        at(StreamState.HELD).complete();
        assertThat(course.state()).isEqualTo(StreamState.DONE);
    }

    @ParameterizedTest
    @CsvSource({"HELD, TIMEOUT, STALLED", "COMMITTED, TIMEOUT, STALLED", "HELD, CUT, CUT", "COMMITTED, CUT, CUT",
            "COMMITTED, CONNECT, CUT", "COMMITTED, SERVER, CUT", "HELD, MALFORMED, MALFORMED",
            "COMMITTED, MALFORMED, MALFORMED", "COMMITTED, CANCELLED, COMMITTED", "HELD, CANCELLED, HELD",
            "DONE, CUT, DONE", "STALLED, CUT, STALLED", "NOT_STARTED, CONNECT, CUT"})
    void whatGoesWrongEndsIt(StreamState before, FailureCategory why, StreamState after) {
        at(before).broke(why);
        assertThat(course.state()).isEqualTo(after);
        assertThat(after.broken()).isEqualTo(after != StreamState.DONE && after != StreamState.HELD
                && after != StreamState.COMMITTED);
    }

    @ParameterizedTest
    @EnumSource(names = {"NOT_STARTED", "STALLED", "CUT", "MALFORMED", "DONE"})
    void nothingComesWhileItIsNotUnderWay(StreamState state) {
        at(state);
        assertThatThrownBy(course::content).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(state.name());
        assertThatThrownBy(course::complete).isInstanceOf(IllegalStateException.class);
        assertThat(course.state()).isEqualTo(state);
    }

    @ParameterizedTest
    @EnumSource(names = "NOT_STARTED", mode = EnumSource.Mode.EXCLUDE)
    void itBeginsOnce(StreamState state) {
        at(state);
        assertThatThrownBy(course::began).isInstanceOf(IllegalStateException.class);
    }
}
