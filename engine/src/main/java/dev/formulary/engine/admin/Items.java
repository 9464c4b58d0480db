package dev.formulary.engine.admin;

import org.jspecify.annotations.Nullable;

/// Things of one kind that an operator may look at and take away, each by its id. Called by many threads at once; may block.
public interface Items {

    /// What one of them is called in an error, for example `session`.
    String name();

    /// What to show of one: maps, lists, strings or records of these; null when there is none of that id.
    ///
    /// @param tenant whose it is
    @Nullable
    Object find(String id, String tenant);

    /// Takes one away.
    ///
    /// @param tenant whose it is
    /// @return false when there is none of that id
    boolean delete(String id, String tenant);
}
