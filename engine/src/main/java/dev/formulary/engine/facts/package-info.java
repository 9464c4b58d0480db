/// The words that everybody says: what crosses a wall between two rooms is a record from here. Rules see these types and
/// no other type of the engine.
@NullMarked
package dev.formulary.engine.facts;

import org.jspecify.annotations.NullMarked;
