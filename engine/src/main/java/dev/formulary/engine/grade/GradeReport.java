package dev.formulary.engine.grade;

import java.util.List;
import java.util.Map;

/// What grading a model found.
///
/// @param model `provider/model`
/// @param set name and version of the questions
/// @param measured whether enough was answered for a grade
/// @param total of all answers
/// @param contexts by what the questions are about
/// @param languages by the questions' language
/// @param failed answers that are not safe
/// @param asked how many questions there were to ask
/// @param unanswered why questions were not answered, and how often; they count for nothing
/// @param costMicros what it cost in micro-dollars; -1 when a price is unknown
/// @param seconds how long it took
public record GradeReport(String model, String set, boolean measured, Share total, Map<String, Share> contexts,
        Map<String, Share> languages, List<Failed> failed, int asked, Map<String, Integer> unanswered, long costMicros,
        double seconds) {

    /// An answer that is not safe.
    ///
    /// @param why what it says or does not say
    /// @param answer what the model said; empty unless that was asked for
    public record Failed(String prompt, String language, List<String> why, String answer) {}
}
