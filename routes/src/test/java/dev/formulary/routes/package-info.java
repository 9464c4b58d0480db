/// Runs the shipped routes as they are, with real connections and files, and an entrance of the test's in place of the
/// gateway.
@NullMarked
package dev.formulary.routes;

import org.jspecify.annotations.NullMarked;
