package dev.formulary.engine.store;

/// The end of a booking.
///
/// @param id that of its [Opening]
/// @param accepted whether a caller has a whole answer by it
/// @param estimated whether what it cost is an estimate
/// @param reference what the tokens of an accepted answer would have cost by the reference; 0 where there is no such answer, -1
///     where it is not known
record Closing(long id, Booked state, boolean accepted, boolean estimated, Charge charge, long reference) {

    /// Of an attempt of which nobody knows what it cost, but that it was no more than that.
    static Closing unsettled(Opening opening) {
        return new Closing(opening.id(), Booked.UNSETTLED, false, true, Charge.whole(opening.most()), -1);
    }
}
