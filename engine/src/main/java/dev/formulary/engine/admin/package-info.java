/// The management API and the status page.
@NullMarked
package dev.formulary.engine.admin;

import org.jspecify.annotations.NullMarked;
