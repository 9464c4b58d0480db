package dev.formulary.engine.admission;

import java.util.List;
import java.util.function.LongSupplier;

/// What was taken of one limit in its last period, by this node or by all nodes of a cluster. Thread-safe.
public interface Window {
    /// What [#take] gives when the limit would be passed.
    long NOTHING = -1;
    /// What [#take] gives when the other nodes can't be asked: nothing was taken.
    long APART = -2;

    /// Takes so much if that does not pass the limit. May wait for other nodes, for as long as they are waited for.
    ///
    /// @return the slot, for [#giveBack], or [#NOTHING] or [#APART]
    long take(long count);

    /// What was taken in a slot was not needed after all. Does not wait.
    ///
    /// @param count 0 or more; 0 only tells other nodes that what is held has changed
    void giveBack(long slot, long count);

    /// Counts what was used without being asked for. Does not wait.
    ///
    /// @param count above 0
    void add(long count);

    /// How much may be taken now, as far as this node knows; less than 0 when more was added than allowed. Does not wait.
    long left();

    /// How long until so much may be taken, when nobody takes anything meanwhile, in milliseconds. Does not wait.
    long waitFor(long count);

    /// What was taken in each slot, the oldest first, as far as this node knows. Does not wait.
    List<Slot> slots();

    /// How much of what was taken is not settled yet, as far as this node knows. Does not wait.
    ///
    /// @param own of what this process has taken
    default long held(long own) {
        return own;
    }

    /// @param limit how much there may be in a period
    /// @param burst how much may come at once; 0 for all of it
    /// @param periodMillis a multiple of [Size#SLOTS]
    record Size(long limit, long burst, long periodMillis) {
        /// Slots of a period.
        public static final int SLOTS = 100;

        /// How long a slot is, in milliseconds.
        public long slotMillis() {
            return periodMillis / SLOTS;
        }
    }

    /// What was taken in a slot.
    ///
    /// @param number which, counted from the epoch
    record Slot(long number, long count) {}

    /// Where a node keeps what all nodes have taken, over a restart.
    interface Kept {
        /// Forgets.
        Kept NONE = new Kept() {
            @Override
            public long life() {
                return 0;
            }

            @Override
            public List<Slot> slots() {
                return List.of();
            }

            @Override
            public void keep(long life, List<Slot> slots) {
                // nobody asks
            }
        };

        /// Which life of the cluster it is of; 0 for none.
        long life();

        /// What was kept.
        List<Slot> slots();

        /// How much of what this process has taken is not settled yet.
        default long held() {
            return 0;
        }

        /// Keeps it in place of what was there in these slots.
        ///
        /// @param life which life of the cluster it is of; each begins when the first node starts, and ends with the last
        void keep(long life, List<Slot> slots);
    }

    /// Makes windows that all nodes of a cluster share.
    interface Shared {
        /// The window of a limit.
        ///
        /// @param name the same on all nodes, and for equal limits only
        /// @param millis since the epoch; never goes back
        Window of(String name, Size size, LongSupplier millis, Kept kept);

        /// Nobody will ask for the window any more. Does not wait.
        void forget(String name);
    }
}
