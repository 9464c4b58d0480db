/// JSON schemas: whether what a model wrote follows one, and what of it can be read all the same.
@NullMarked
package dev.formulary.engine.schema;

import org.jspecify.annotations.NullMarked;
